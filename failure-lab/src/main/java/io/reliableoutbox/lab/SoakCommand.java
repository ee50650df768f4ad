package io.reliableoutbox.lab;

import io.reliableoutbox.lab.check.Verdict;
import io.reliableoutbox.lab.infrastructure.Choice;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.infrastructure.Scratch;
import io.reliableoutbox.lab.soak.FaultKind;
import io.reliableoutbox.lab.soak.SoakRun;
import io.reliableoutbox.lab.system.Console;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Random faults under load, then the verdict. */
@Command(
    name = "soak",
    description =
        "Random faults under load, then the verdict; the same seed gives the same faults.",
    sortOptions = false)
final class SoakCommand implements Callable<Integer> {
  @Option(
      names = "--duration",
      paramLabel = "T",
      defaultValue = "5m",
      converter = SoakCommand.Time.class,
      description = "How long, such as 90s or 30m (default: ${DEFAULT-VALUE}).")
  private Duration duration = Duration.ZERO;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Decides which faults happen when (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "20",
      description = "Orders a second (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--faults",
      paramLabel = "KIND",
      split = ",",
      defaultValue = "kill,freeze,cut",
      description = "Which kinds: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private List<FaultKind> kinds = List.of();

  @Option(
      names = "--broker",
      paramLabel = "KIND",
      converter = BrokerChoice.class,
      description = "rabbitmq or docker (default: rabbitmq if installed).")
  private @Nullable Choice broker;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "At the end write the verdict to FILE, as JSON.")
  private @Nullable Path report;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this.")
  @SuppressWarnings("unused") // read by picocli
  private boolean help;

  @Override
  public Integer call() {
    if (duration.compareTo(Duration.ofSeconds(30)) < 0) {
      throw new InfrastructureException("--duration must be 30s or more.");
    }
    if (!(rate > 0 && rate <= 5000)) {
      throw new InfrastructureException("--rate must be above 0, and 5000 at the most.");
    }
    var home = Path.of("").toAbsolutePath();
    FolderLock.take(home.resolve("target/lab"));
    var console = new Console(System.out);
    var run = new SoakRun(home, console, EnumSet.copyOf(kinds));
    Runtime.getRuntime().addShutdownHook(new Thread(run::close, "end"));
    Verdict verdict;
    try {
      verdict =
          run.run(broker == null ? Choice.AUTO.withoutDocker() : broker, seed, duration, rate);
    } finally {
      run.close();
      Scratch.finish();
    }
    console.say("\n" + verdict.violations() + verdict.line());
    if (report != null) {
      verdict.write(report);
    }
    return verdict.passed() ? 0 : 1;
  }

  /** 90s, 30m, 2h. */
  static final class Time implements picocli.CommandLine.ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      try {
        return Duration.parse("PT" + text.strip());
      } catch (java.time.format.DateTimeParseException e) {
        throw new TypeConversionException("'" + text + "' is no time; write 90s, 30m or 2h");
      }
    }
  }
}
