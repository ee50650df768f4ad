package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.RolledBack;
import io.reliableoutbox.lab.scenario.Parcels;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;

/** Transactions that never were. */
public final class Rollback implements Scenario {
  @Override
  public String summary() {
    return "transactions with events roll back: nobody hears of them, and the gaps hold nothing up";
  }

  @Override
  public String hypothesis() {
    return """
    A transaction writes fifty events and rolls back. Their positions are used up for ever, so the
    outbox has a gap. Nobody hears of what never happened, and no relay waits for the gap to be
    filled.
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
      var never = Parcels.name();
      stage.fault(new RolledBack("order_app", Parcels.insert(never, 1, 50)));
      long effects = stage.effects();
      stage.meanwhile(
          "300 more effects are seen",
          Duration.ofMinutes(2),
          () -> stage.effects() > effects + 300);
      stage.look(
          """
          select max(position) - min(position) + 1 - count(*) as positions_without_an_event
          from (select position from ordering.outbox_state order by position desc limit 2000) latest
          """);
      stage.expect("nobody has heard of them", () -> parcels.received(never).isEmpty());
      stage.drain();
    }
  }
}
