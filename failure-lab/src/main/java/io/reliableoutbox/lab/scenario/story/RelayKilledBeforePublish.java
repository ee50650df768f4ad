package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.chaos.CrashPoint;
import io.reliableoutbox.lab.fault.CrashedAt;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;

/** A relay dies with a row in hand. */
public final class RelayKilledBeforePublish implements Scenario {
  @Override
  public String summary() {
    return "a relay dies with a row in hand: its buckets go to the other one after the lease";
  }

  @Override
  public String hypothesis() {
    return """
    relay-1 has taken an event from the outbox and dies before it has written a byte of it. The row
    still says PENDING, and so it is. When the lease has run out, relay-2 takes the buckets and
    publishes it.
    """;
  }

  @Override
  public boolean needsRabbit() {
    return false;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    stage.fault(new CrashedAt("relay-1", CrashPoint.BEFORE_PUBLISH, 20));
    stage.meanwhile(
        "relay-2 owns all 64 buckets", Duration.ofMinutes(2), () -> stage.buckets("relay-2") == 64);
    stage.heal();
    stage.drain();
  }
}
