package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.Cut;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;

/** Connections break under load, again and again. */
public final class ConnectionCut implements Scenario {
  @Override
  public String summary() {
    return "all connections to the broker, then to the database, are cut, three times each";
  }

  @Override
  public String hypothesis() {
    return """
    Every connection to the broker is reset in the middle of the work, then every one to the
    database, three times over. What was on its way has an unknown outcome: it is sent again, or
    asked again, and the inboxes absorb what had arrived.
    """;
  }

  @Override
  public boolean needsRabbit() {
    return false;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    for (int time = 1; time <= 3; time++) {
      stage.fault(new Cut("", "broker"));
      stage.watch(Duration.ofSeconds(3));
      stage.fault(new Cut("", "postgres"));
      stage.watch(Duration.ofSeconds(3));
    }
    long before = stage.effects();
    stage.meanwhile(
        "events flow again", Duration.ofMinutes(2), () -> stage.effects() > before + 200);
    stage.drain();
  }
}
