package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.OpenTransaction;
import io.reliableoutbox.lab.scenario.Parcels;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;
import java.util.List;

/** A transaction commits after others that began later. */
public final class LateCommit implements Scenario {
  @Override
  public String summary() {
    return "a transaction commits late: its events have low positions, and are found all the same";
  }

  @Override
  public String hypothesis() {
    return """
    A transaction writes two events and stays open, while hundreds with higher positions are
    published. A relay with a cursor over positions would never look back. This one finds the late
    events within moments of their commit, in order.
    """;
  }

  @Override
  public boolean needsRabbit() {
    return false;
  }

  @Override
  public void play(Stage stage) {
    try (var parcels = new Parcels(stage)) {
      parcels.listen();
      stage.steadyState();
      var late = Parcels.name();
      stage.fault(new OpenTransaction("order_app", Parcels.insert(late, 1, 2)));
      long published = stage.published();
      stage.meanwhile(
          "600 later events are published",
          Duration.ofMinutes(2),
          () -> stage.published() > published + 600);
      stage.look("select kind, role, name, state, age from ordering.relay_blockers");
      stage.expect("nobody has heard of the late ones", () -> parcels.received(late).isEmpty());
      stage.heal();
      stage.meanwhile(
          "the late events have arrived, in order",
          Duration.ofSeconds(15),
          () -> parcels.received(late).equals(List.of("1", "2")));
      stage.look(
          """
          select aggregate_version, event_type, state, age, published_at
          from ordering.outbox_state where aggregate_id = '%s' order by position
          """
              .formatted(late));
      stage.drain();
    }
  }
}
