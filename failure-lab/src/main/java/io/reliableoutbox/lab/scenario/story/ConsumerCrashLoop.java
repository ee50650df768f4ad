package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.chaos.CrashPoint;
import io.reliableoutbox.lab.fault.CrashedAt;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;

/** A consumer dies whenever it has done some work, again and again. */
public final class ConsumerCrashLoop implements Scenario {
  @Override
  public String summary() {
    return "a consumer dies in a loop: its neighbour goes on, nothing is parked for it";
  }

  @Override
  public String hypothesis() {
    return """
    consumer-1 dies with effects written and not committed, and is started again, and dies again,
    three times over. Each time everything that it held goes back to the queue and counts as
    delivered once more; so it takes one message at first, and more only when that went well.
    consumer-2 goes on, and no message comes near the delivery limit.
    """;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    for (int time = 1; time <= 3; time++) {
      stage.fault(new CrashedAt("consumer-1", CrashPoint.BEFORE_COMMIT, 3));
    }
    long effects = stage.effects();
    stage.meanwhile("orders went on", Duration.ofMinutes(2), () -> stage.effects() > effects + 200);
    stage.heal();
    stage.drain();
    stage.expect("nothing is parked", () -> stage.parked() == 0);
  }
}
