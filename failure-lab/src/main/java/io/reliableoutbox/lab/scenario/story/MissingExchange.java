package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.ExchangeDeleted;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;

/** Somebody deletes the exchange. */
public final class MissingExchange implements Scenario {
  @Override
  public String summary() {
    return "the exchange is deleted: relays and consumers put it back, replay_range brings what was missed";
  }

  @Override
  public String hypothesis() {
    return """
    Somebody deletes the exchange, and every binding with it. The relays' channels die with
    everything in flight unknown; the relays make the exchange again, the consumers bind their
    queues again, each a little later than the other. What went out when only some were bound is
    confirmed, and missing at the rest. An operator replays what was published since; inboxes that
    have it absorb the copy.
    """;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    var since = stage.sql().text("select now()");
    stage.fault(new ExchangeDeleted("orders.events"));
    stage.meanwhile(
        "the exchange is back, with three bindings",
        Duration.ofMinutes(2),
        () -> bindings(stage) == 3);
    stage.watch(Duration.ofSeconds(3));
    stage.look(
        "select consumer, state, count(*) as events from consuming.inbox_state group by consumer, state order by consumer, state");
    stage.operator("ordering.replay_range('%s', now())".formatted(since));
    stage.drain();
    stage.expect("nothing is parked", () -> stage.parked() == 0);
  }

  private static long bindings(Stage stage) {
    return stage
        .system()
        .rabbitmqctl("-q", "list_bindings", "source_name", "destination_name")
        .lines()
        .filter(line -> line.startsWith("orders.events") && line.endsWith(".orders"))
        .count();
  }
}
