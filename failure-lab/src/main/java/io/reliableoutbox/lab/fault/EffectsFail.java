package io.reliableoutbox.lab.fault;

import io.reliableoutbox.lab.soak.ChildChaos;
import io.reliableoutbox.lab.system.LabSystem;
import io.reliableoutbox.lab.system.Pause;
import java.util.List;

/**
 * So many percent of each consumer's messages fail once, after their effect was written: the
 * consumers are started again with a decorator that throws there.
 */
public record EffectsFail(double percent) implements Fault {
  private static final long SEED = 42;
  private static final int LOOKS = 600;
  private static final List<String> CONSUMERS = List.of("consumer-1", "consumer-2");

  @Override
  public String announcement() {
    return "the consumers are started again, with a decorator that makes effects fail";
  }

  @Override
  public String happen(LabSystem system) {
    var chaos = new ChildChaos(system);
    chaos.failOnce(percent, SEED);
    restart(system);
    for (int look = 0; look < LOOKS && chaos.failedOnce().isEmpty(); look++) {
      Pause.millis(50);
    }
    Evidence.require(!chaos.failedOnce().isEmpty(), this, "no effect has failed");
    return "%.0f%% of all messages fail once, after their effect was written".formatted(percent);
  }

  @Override
  public String heal(LabSystem system) {
    var chaos = new ChildChaos(system);
    chaos.failOnce(0, SEED);
    chaos.takeOff();
    restart(system);
    return "the consumers run again, and nothing fails";
  }

  private static void restart(LabSystem system) {
    for (var consumer : CONSUMERS) {
      system.component(consumer).stop();
      system.component(consumer).start();
    }
  }
}
