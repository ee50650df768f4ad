package io.reliableoutbox.lab.soak;

import io.reliableoutbox.lab.check.Verdict;
import io.reliableoutbox.lab.infrastructure.Choice;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.system.Console;
import io.reliableoutbox.lab.system.LabSystem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** One {@code ./run soak}: starts the system, soaks it, judges, ends everything. */
public final class SoakRun implements AutoCloseable {
  private final LabSystem system;
  private final Console console;
  private final Set<FaultKind> kinds;
  private final AtomicBoolean closed = new AtomicBoolean();

  public SoakRun(Path home, Console console, Set<FaultKind> kinds) {
    this.system = new LabSystem(home, console);
    this.console = console;
    this.kinds = kinds;
  }

  public Verdict run(Choice choice, long seed, Duration duration, double rate) {
    if (choice == Choice.EMBEDDED) {
      throw new InfrastructureException(
          "A soak kills the broker, and the embedded one keeps nothing: install RabbitMQ, or use --broker=docker.");
    }
    system.start(choice);
    var plan = FaultPlan.of(seed, duration, kinds);
    console.say(
        "%nSoak: %d faults in %d s, seed %d, %s orders a second, on %s%n"
            .formatted(plan.size(), duration.toSeconds(), seed, rate, system.label()));
    return new Soak(system, console).run(plan, duration, rate);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      system.close();
    }
  }
}
