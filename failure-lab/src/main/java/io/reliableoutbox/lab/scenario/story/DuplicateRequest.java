package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.Silent;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;

/** Requests are answered, and the answers are lost. */
public final class DuplicateRequest implements Scenario {
  @Override
  public String summary() {
    return "customers' requests arrive, the answers don't: asked again with the same key, one order each";
  }

  @Override
  public String hypothesis() {
    return """
    Customers' requests arrive and are carried out; the answers are lost on the way back. A customer
    can't know whether the order was placed, and asks again, with the same Idempotency-Key: that
    gives the order that was made, and never a second one.
    """;
  }

  @Override
  public boolean needsRabbit() {
    return false;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    stage.fault(Silent.answers("client", "order-app"));
    stage.watch(Duration.ofSeconds(10));
    stage.look("select count(*) as orders from ordering.orders");
    stage.heal();
    stage.drain();
    stage.look(
        "select count(*) as keys, count(distinct order_id) as orders, (select count(*) from ordering.orders) as all_orders from ordering.idempotency_key");
    stage.expect(
        "%d requests got their answer only when asked again".formatted(stage.recovered()),
        stage.recovered() > 0);
    stage.expect(
        "no key made two orders, and no order has no key",
        () ->
            stage
                    .sql()
                    .number(
                        "select (select count(*) from ordering.orders) - (select count(distinct order_id) from ordering.idempotency_key)")
                == 0);
  }
}
