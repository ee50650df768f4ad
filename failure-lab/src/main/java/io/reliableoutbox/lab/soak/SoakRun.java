package io.reliableoutbox.lab.soak;

import io.reliableoutbox.lab.check.Report;
import io.reliableoutbox.lab.infrastructure.Choice;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.system.Console;
import io.reliableoutbox.lab.system.LabSystem;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** One {@code ./run soak}: starts the system, soaks it, judges, ends everything. */
public final class SoakRun implements AutoCloseable {
  private final LabSystem system;
  private final Console console;
  private final AtomicBoolean closed = new AtomicBoolean();

  public SoakRun(Path home, Console console) {
    this.system = new LabSystem(home, console);
    this.console = console;
  }

  public Report run(Choice choice, SoakOptions options) {
    if (choice == Choice.EMBEDDED) {
      throw new InfrastructureException(
          "A soak kills the broker, and the embedded one keeps nothing: install RabbitMQ, or use --broker=docker.");
    }
    var plan = options.plan();
    var chaos = new ChildChaos(system);
    chaos.failOnce(options.transientPercent(), options.seed());
    system.start(choice);
    var log = new FaultLog(system.folder().resolve(options.logName()), options.arguments());
    console.say(
        "%nSoak: %d faults in %d s, seed %d, %s orders a second, on %s%n"
            .formatted(
                plan.size(),
                options.duration().toSeconds(),
                options.seed(),
                options.load().rate(),
                system.label()));
    return new Soak(system, console, chaos, log).run(plan, options);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      system.close();
    }
  }
}
