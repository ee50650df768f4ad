package io.reliableoutbox.lab;

import io.reliableoutbox.lab.check.Report;
import io.reliableoutbox.lab.infrastructure.Choice;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.infrastructure.Scratch;
import io.reliableoutbox.lab.soak.FaultKind;
import io.reliableoutbox.lab.soak.SoakOptions;
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
      defaultValue = "kill,restart,freeze,cut,crash,delete",
      description = "Which kinds: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private List<FaultKind> kinds = List.of();

  @Option(
      names = "--poison",
      paramLabel = "PERCENT",
      defaultValue = "1",
      description = {
        "Events that no consumer can apply, in percent of the orders; all of them,",
        "and nothing else, must end up parked (default: ${DEFAULT-VALUE})."
      })
  private double poisonPercent;

  @Option(
      names = "--transient",
      paramLabel = "PERCENT",
      defaultValue = "5",
      description = "Effects that fail once and are retried (default: ${DEFAULT-VALUE}).")
  private double transientPercent;

  @Option(
      names = "--broker",
      paramLabel = "KIND",
      converter = BrokerChoice.class,
      description = "rabbitmq or docker (default: rabbitmq if installed).")
  private @Nullable Choice broker;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "At the end write all of it to FILE, as JSON, and beside it as FILE.html.")
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
    if (!(poisonPercent >= 0 && poisonPercent <= 50)) {
      throw new InfrastructureException("--poison must be from 0 to 50 percent.");
    }
    if (!(transientPercent >= 0 && transientPercent <= 50)) {
      throw new InfrastructureException("--transient must be from 0 to 50 percent.");
    }
    var home = Path.of("").toAbsolutePath();
    FolderLock.take(home.resolve("target/lab"));
    var console = new Console(System.out);
    var run = new SoakRun(home, console);
    Runtime.getRuntime().addShutdownHook(new Thread(run::close, "end"));
    Report story;
    try {
      story = run.run(broker == null ? Choice.AUTO.withoutDocker() : broker, options());
    } finally {
      run.close();
      Scratch.finish();
    }
    console.say("");
    story.notes().forEach(console::say);
    if (report != null) {
      console.say("Report: " + report + ", " + story.write(report));
    }
    console.say(story.verdict().violations() + story.verdict().line());
    return story.verdict().passed() ? 0 : 1;
  }

  private SoakOptions options() {
    return new SoakOptions(
        seed, duration, rate, EnumSet.copyOf(kinds), poisonPercent, transientPercent);
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
