package io.reliableoutbox.lab;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.load.LoadShape;
import io.reliableoutbox.lab.soak.FaultKind;
import io.reliableoutbox.lab.soak.SoakOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What can be asked of a soak, and within which bounds. */
final class SoakArguments {
  private static final Duration SHORTEST = Duration.ofSeconds(30);

  @Option(
      names = "--duration",
      paramLabel = "T",
      defaultValue = "5m",
      converter = SoakArguments.Time.class,
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

  /** The log to be replayed, which is there; null if the seed decides. */
  @Nullable Path replay() {
    require(replay == null || Files.isRegularFile(replay), "There is no fault log " + replay + ".");
    return replay;
  }

  /** What is asked for, all within its bounds. */
  SoakOptions options() {
    check();
    return new SoakOptions(
        seed,
        duration,
        new LoadShape(rate, changesPercent, burst),
        EnumSet.copyOf(kinds),
        poisonPercent,
        transientPercent,
        replay);
  }

  private void check() {
    require(duration.compareTo(SHORTEST) >= 0, "--duration must be 30s or more.");
    require(rate > 0 && rate <= 5000, "--rate must be above 0, and 5000 at the most.");
    require(percent(changesPercent, 100), "--changes must be from 0 to 100 percent.");
    require(burst >= 1 && burst <= 100, "--burst must be from 1 to 100.");
    require(percent(poisonPercent, 50), "--poison must be from 0 to 50 percent.");
    require(percent(transientPercent, 50), "--transient must be from 0 to 50 percent.");
  }

  private static boolean percent(double value, double most) {
    return value >= 0 && value <= most;
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new InfrastructureException(rule);
    }
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
