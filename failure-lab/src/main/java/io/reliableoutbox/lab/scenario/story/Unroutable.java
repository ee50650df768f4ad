package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.scenario.Parcels;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;
import java.util.List;

/** An event that no queue takes. */
public final class Unroutable implements Scenario {
  @Override
  public String summary() {
    return "an event that no queue takes: parked with its reason, and replayed once somebody listens";
  }

  @Override
  public String hypothesis() {
    return """
    Another service writes events that nobody listens to. RabbitMQ confirms such a message all the
    same; only because the relay asks for returns does it learn that no queue took it. The first is
    tried a few times, then PARKED with its reason; its successors are BLOCKED behind it; everything
    else flows. Once somebody listens, an operator replays it, and all arrive in order.
    """;
  }

  @Override
  public boolean needsRabbit() {
    return false;
  }

  @Override
  public void play(Stage stage) {
    try (var parcels = new Parcels(stage)) {
      stage.steadyState();
      var parcel = Parcels.name();
      stage.as("order_app").update(Parcels.insert(parcel, 1, 3));
      stage.tell(
          "Fault",
          "three events of %s are written; no queue is bound to parcel.#".formatted(parcel));
      long effects = stage.effects();
      stage.meanwhile(
          "the first one is PARKED",
          Duration.ofMinutes(2),
          () -> stage.state(parcel, 1).equals("PARKED"));
      stage.look(
          "select aggregate_version, state, attempts, last_error from ordering.outbox_state where aggregate_id = '%s' order by position"
              .formatted(parcel));
      stage.expect("its successors are BLOCKED", () -> stage.state(parcel, 3).equals("BLOCKED"));
      stage.expect("orders went on", stage.effects() > effects + 300);
      parcels.listen();
      stage.tell("Heal", "a queue is bound to parcel.#");
      stage.operator("ordering.replay('%s')".formatted(stage.id(parcel, 1)));
      stage.meanwhile(
          "all three have arrived, in order",
          Duration.ofMinutes(1),
          () -> parcels.received(parcel).equals(List.of("1", "2", "3")));
      stage.drain();
    }
  }
}
