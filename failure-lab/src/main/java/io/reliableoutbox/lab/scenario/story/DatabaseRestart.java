package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.Stopped;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;

/** PostgreSQL is restarted in order. */
public final class DatabaseRestart implements Scenario {
  @Override
  public String summary() {
    return "PostgreSQL restarts under load: everything waits, and goes on by itself";
  }

  @Override
  public String hypothesis() {
    return """
    PostgreSQL is shut down and started again, as for an update. For that long no order is taken,
    and whoever got no answer asks again with the same Idempotency-Key. Every app keeps running, and
    goes on by itself.
    """;
  }

  @Override
  public boolean needsRabbit() {
    return false;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    stage.fault(new Stopped("postgres"));
    stage.watch(Duration.ofSeconds(4));
    stage.heal();
    long before = stage.effects();
    stage.meanwhile(
        "events flow again", Duration.ofMinutes(2), () -> stage.effects() > before + 100);
    stage.drain();
    stage.expect(
        "%d requests got their answer only when asked again".formatted(stage.recovered()),
        stage.recovered() > 0);
    stage.expect("nothing is parked", () -> stage.parked() == 0);
  }
}
