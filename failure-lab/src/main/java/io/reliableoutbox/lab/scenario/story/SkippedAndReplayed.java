package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.scenario.Parcels;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;
import java.util.List;

/** What an operator can do with events that are parked. */
public final class SkippedAndReplayed implements Scenario {
  @Override
  public String summary() {
    return "one parked event is given up, one is replayed: a tombstone keeps the order whole";
  }

  @Override
  public String hypothesis() {
    return """
    Events of two parcels can't be delivered, and both are parked. An operator gives up one: in its
    place a tombstone is published, with the same id and version, so that a consumer that waits for
    version 1 can go on to 2. The other one is replayed, in its place. A skipped event isn't sent
    after all once its successors went out. All of that is audited.
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
      var skipped = Parcels.name();
      var replayed = Parcels.name();
      stage.as("order_app").update(Parcels.insert(skipped, 1, 3));
      stage.as("order_app").update(Parcels.insert(replayed, 1, 2));
      stage.tell("Fault", "events of two parcels are written; no queue is bound to parcel.#");
      stage.meanwhile(
          "the first of each is PARKED",
          Duration.ofMinutes(2),
          () ->
              stage.state(skipped, 1).equals("PARKED")
                  && stage.state(replayed, 1).equals("PARKED"));
      parcels.listen();
      stage.tell("Heal", "a queue is bound to parcel.#");
      stage.operator(
          "ordering.skip('%s', 'the parcel was a test')".formatted(stage.id(skipped, 1)));
      stage.operator("ordering.replay('%s')".formatted(stage.id(replayed, 1)));
      stage.meanwhile(
          "a tombstone and its successors, and the replayed event and its successor have arrived",
          Duration.ofMinutes(1),
          () ->
              parcels.received(skipped).equals(List.of("1 skipped", "2", "3"))
                  && parcels.received(replayed).equals(List.of("1", "2")));
      var refusal = stage.operator("ordering.replay('%s')".formatted(stage.id(skipped, 1)));
      stage.expect(
          "a skipped event is not sent after its successors", refusal.startsWith("refused"));
      stage.look(
          "select role, action, reason, events from ordering.outbox_audit order by id desc limit 2");
      stage.drain();
    }
  }
}
