package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.chaos.CrashPoint;
import io.reliableoutbox.lab.fault.CrashedAt;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;

/** A consumer dies between its commit and the acknowledgement. */
public final class ConsumerKilledBeforeAck implements Scenario {
  @Override
  public String summary() {
    return "a consumer dies between commit and ack: delivered again, applied once";
  }

  @Override
  public String hypothesis() {
    return """
    consumer-1 has committed effects and inbox rows, and dies before it could acknowledge the
    deliveries. The broker gives them to consumer-2, which finds the inbox rows, and acknowledges
    without a second effect.
    """;
  }

  @Override
  public boolean needsRabbit() {
    return false;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    stage.fault(new CrashedAt("consumer-1", CrashPoint.AFTER_COMMIT_BEFORE_ACK, 20));
    stage.meanwhile(
        "the redeliveries are absorbed", Duration.ofMinutes(1), () -> stage.duplicates() > 0);
    stage.heal();
    stage.drain();
    stage.look(
        "select consumer, count(*) as effects, count(distinct message_id) as events from consuming.inbox_state where state = 'APPLIED' group by consumer");
  }
}
