package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.MemoryAlarm;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;

/** The broker is out of memory and takes nothing more. */
public final class BrokerBlocked implements Scenario {
  @Override
  public String summary() {
    return "the broker raises its memory alarm: relays stop sending, say so, and go on afterwards";
  }

  @Override
  public String hypothesis() {
    return """
    The broker raises its memory alarm and blocks whoever publishes. A relay that went on would hang
    in a write; this one stops claiming events, says in its health why, and goes on when the alarm
    is over. Nothing is refused, so no attempt is spent.
    """;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    stage.fault(new MemoryAlarm());
    stage.meanwhile(
        "400 events wait in the outbox", Duration.ofMinutes(2), () -> stage.waiting() >= 400);
    stage.expect(
        "relay-1 says: " + stage.brokerHealth("relay-1"),
        stage.brokerHealth("relay-1").startsWith("blocked by the broker"));
    stage.look(
        "select state, count(*) as events, max(attempts) as attempts from ordering.outbox_state where state <> 'PUBLISHED' group by state");
    stage.expect("no attempt was counted", () -> stage.attempts() == 0);
    stage.heal();
    stage.drain();
  }
}
