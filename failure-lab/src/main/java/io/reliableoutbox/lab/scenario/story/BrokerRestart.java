package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.Stopped;
import io.reliableoutbox.lab.fault.Unreachable;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;

/** What the broker confirmed, it still has after a restart. */
public final class BrokerRestart implements Scenario {
  private static final String QUEUE = "inventory.orders";

  @Override
  public String summary() {
    return "the broker restarts with full queues: what it confirmed, it still has";
  }

  @Override
  public String hypothesis() {
    return """
    The consumers lose the broker, so that confirmed messages pile up in its queues; then it is
    restarted. The queues are durable and the messages persistent: all of them are there afterwards.
    """;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    stage.fault(new Unreachable("consumer", "broker"));
    stage.meanwhile(
        "300 messages wait in " + QUEUE,
        Duration.ofMinutes(2),
        () -> stage.broker().waiting(QUEUE) >= 300);
    long before = stage.broker().waiting(QUEUE);
    stage.fault(new Stopped("broker"));
    stage.watch(Duration.ofSeconds(5));
    stage.healLatest();
    stage.meanwhile(
        "all %d messages that %s held are there again".formatted(before, QUEUE),
        Duration.ofMinutes(2),
        () -> stage.broker().waiting(QUEUE) >= before);
    stage.heal();
    stage.drain();
  }
}
