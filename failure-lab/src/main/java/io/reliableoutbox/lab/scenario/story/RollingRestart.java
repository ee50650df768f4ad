package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.Stopped;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;
import java.util.List;

/** A new release of everything, under load. */
public final class RollingRestart implements Scenario {
  @Override
  public String summary() {
    return "every app is stopped and started, one after the other, under load";
  }

  @Override
  public String hypothesis() {
    return """
    Every app is stopped in order and started again, one after the other, while orders come in: a
    release on a working day. While order-app itself is away requests fail, and customers ask again
    with the same key. Nobody else notices anything, and what is stopped in order leaves nothing
    half done.
    """;
  }

  @Override
  public boolean needsRabbit() {
    return false;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    for (var app : List.of("relay-1", "relay-2", "consumer-1", "consumer-2", "order-app")) {
      stage.fault(new Stopped(app));
      stage.heal();
    }
    long before = stage.effects();
    stage.meanwhile(
        "events flow again", Duration.ofMinutes(2), () -> stage.effects() > before + 200);
    stage.drain();
  }
}
