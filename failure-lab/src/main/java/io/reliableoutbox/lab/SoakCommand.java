package io.reliableoutbox.lab;

import io.reliableoutbox.lab.check.Report;
import io.reliableoutbox.lab.infrastructure.Choice;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.infrastructure.Scratch;
import io.reliableoutbox.lab.load.LoadShape;
import io.reliableoutbox.lab.soak.FaultKind;
import io.reliableoutbox.lab.soak.SoakOptions;
import io.reliableoutbox.lab.soak.SoakRun;
import io.reliableoutbox.lab.system.Console;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Random faults under load, then the verdict. */
@Command(
    name = "soak",
    description =
        "Random faults under load, then the verdict; the same seed gives the same faults.",
    sortOptions = false)
final class SoakCommand implements Callable<Integer> {
  private static final Duration SHORTEST = Duration.ofSeconds(30);

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

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
      names = "--changes",
      paramLabel = "PERCENT",
      defaultValue = "70",
      description =
          "Customers who go on to pay, ship or cancel, in percent (default: ${DEFAULT-VALUE}).")
  private double changesPercent;

  @Option(
      names = "--burst",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "N times the rate for 5 s in each 30 s; 1 for none (default: ${DEFAULT-VALUE}).")
  private double burst;

  @Option(
      names = "--faults",
      paramLabel = "KIND",
      split = ",",
      defaultValue = "kill,restart,freeze,cut,crash,delete,silence,slow,alarm",
      description = "Which kinds: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private List<FaultKind> kinds = List.of();

  @Option(
      names = "--replay",
      paramLabel = "FILE",
      description = {
        "Break what an earlier soak's log says, when it says so, instead of a plan by the",
        "seed; what else that soak was asked for is taken over, too. Each soak writes its own",
        "to target/lab/faults.csv, and a replay of FILE to target/lab/replay-of-FILE."
      })
  private @Nullable Path replay;

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

  @Mixin private final ReportOption report = new ReportOption();

  @Mixin
  @SuppressWarnings("unused") // read by picocli
  private final HelpOption help = new HelpOption();

  @Override
  public Integer call() {
    if (replay != null) {
      require(Files.isRegularFile(replay), "There is no fault log " + replay + ".");
      takeOver(replay);
    }
    check();
    var options = options();
    options.plan(); // what is no plan is refused before anything starts
    var reportTo = report.file();
    var home = Path.of("").toAbsolutePath();
    var console = new Console(System.out);
    var run = new SoakRun(home, console);
    Runtime.getRuntime().addShutdownHook(new Thread(run::close, "end"));
    Report story;
    try {
      story = run.run(broker == null ? Choice.AUTO.withoutDocker() : broker, options);
    } finally {
      run.close();
      Scratch.finish();
    }
    console.say("");
    story.notes().forEach(console::say);
    if (reportTo != null) {
      console.say("Report: " + reportTo + ", " + story.write(reportTo));
    }
    console.say(story.verdict().violations() + story.verdict().line());
    return story.verdict().passed() ? 0 : 1;
  }

  private void check() {
    require(duration.compareTo(SHORTEST) >= 0, "--duration must be 30s or more.");
    require(rate > 0 && rate <= 5000, "--rate must be above 0, and 5000 at the most.");
    require(percent(changesPercent, 100), "--changes must be from 0 to 100 percent.");
    require(burst >= 1 && burst <= 100, "--burst must be from 1 to 100.");
    require(percent(poisonPercent, 50), "--poison must be from 0 to 50 percent.");
    require(percent(transientPercent, 50), "--transient must be from 0 to 50 percent.");
  }

  /** What is typed goes before what the log says. */
  private void takeOver(Path log) {
    var typed = command.commandLine().getParseResult();
    for (var option : logged(log).matchedOptions()) {
      if (!typed.hasMatchedOption(option.longestName())) {
        command.findOption(option.longestName()).setValue(option.getValue());
      }
    }
  }

  private static ParseResult logged(Path log) {
    try {
      return new CommandLine(new SoakCommand())
          .setCaseInsensitiveEnumValuesAllowed(true)
          .parseArgs(SoakOptions.ofLog(log).toArray(String[]::new));
    } catch (ParameterException e) {
      throw new InfrastructureException(
          "The first line of " + log + " can't be replayed: " + e.getMessage(), e);
    }
  }

  private static boolean percent(double value, double most) {
    return value >= 0 && value <= most;
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new InfrastructureException(rule);
    }
  }

  private SoakOptions options() {
    return new SoakOptions(
        seed,
        duration,
        new LoadShape(rate, changesPercent, burst),
        EnumSet.copyOf(kinds),
        poisonPercent,
        transientPercent,
        replay);
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
