package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.chaos.CrashPoint;
import io.reliableoutbox.lab.fault.CrashedAt;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;

/** A relay dies between the confirm and the mark. */
public final class RelayKilledAfterConfirm implements Scenario {
  @Override
  public String summary() {
    return "a relay dies between confirm and mark: published twice, applied once";
  }

  @Override
  public String hypothesis() {
    return """
    The broker has confirmed an event, and relay-1 dies before it could mark it in the outbox.
    Nobody can tell that from an event that was never sent; so relay-2 publishes it again, under the
    same message id. Every outbox has this window, whatever it promises. The inboxes absorb the
    repeat.
    """;
  }

  @Override
  public boolean needsRabbit() {
    return false;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    stage.fault(new CrashedAt("relay-1", CrashPoint.AFTER_CONFIRM_BEFORE_MARK, 20));
    stage.meanwhile(
        "relay-2 owns all 64 buckets", Duration.ofMinutes(2), () -> stage.buckets("relay-2") == 64);
    stage.meanwhile(
        "the repeats have arrived", Duration.ofMinutes(1), () -> stage.duplicates() > 0);
    stage.heal();
    stage.drain();
    stage.look(
        "select consumer, count(*) as effects, count(distinct message_id) as events from consuming.inbox_state where state = 'APPLIED' group by consumer");
  }
}
