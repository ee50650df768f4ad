package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.Killed;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;

/** PostgreSQL dies. */
public final class DatabaseDown implements Scenario {
  @Override
  public String summary() {
    return "PostgreSQL is killed: everything waits, and goes on by itself";
  }

  @Override
  public String hypothesis() {
    return """
    PostgreSQL is killed. Orders can't be taken, and customers are told so; whoever got no answer
    asks again with the same Idempotency-Key. Relays and consumers keep what they hold and wait. All
    go on by themselves, and nothing is parked.
    """;
  }

  @Override
  public boolean needsRabbit() {
    return false;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    stage.fault(new Killed("postgres"));
    stage.watch(Duration.ofSeconds(12));
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
