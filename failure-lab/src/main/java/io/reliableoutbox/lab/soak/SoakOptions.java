package io.reliableoutbox.lab.soak;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.load.LoadShape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a soak.
 *
 * @param seed decides which faults happen when, and which effects fail
 * @param load how orders come in
 * @param replay the log of another soak's faults, instead of new ones; null for none
 * @param poisonPercent events that nobody can apply, in percent of the orders
 * @param transientPercent of each consumer's events, so many fail once
 */
public record SoakOptions(
    long seed,
    Duration duration,
    LoadShape load,
    Set<FaultKind> kinds,
    double poisonPercent,
    double transientPercent,
    @Nullable Path replay) {
  private static final String LOG = "faults.csv";

  /** With what the soak was asked for that left this log. */
  public static List<String> ofLog(Path log) {
    return FaultLog.arguments(log);
  }

  /** Refuses a log that is none, and a plan without a fault. */
  public List<Fault> plan() {
    var plan = replay == null ? FaultPlan.of(seed, duration, kinds) : FaultLog.read(replay);
    if (plan.isEmpty()) {
      throw new InfrastructureException(
          "There is no fault in " + (replay == null ? "this plan" : replay) + ".");
    }
    return plan;
  }

  /** What is replayed stays as it is. */
  String logName() {
    return replay == null ? LOG : "replay-of-" + replay.getFileName();
  }

  /** What to type to have the same again. */
  public String command() {
    return "./run soak " + arguments() + (replay == null ? "" : " --replay " + replay);
  }

  /** Without what it replays: that is what the log itself says. */
  String arguments() {
    return "--duration %ds --seed %d --rate %s --changes %s --burst %s --faults %s --poison %s --transient %s"
        .formatted(
            duration.toSeconds(),
            seed,
            load.rate(),
            load.changesPercent(),
            load.burst(),
            new TreeSet<>(kinds).stream().map(FaultKind::text).collect(Collectors.joining(",")),
            poisonPercent,
            transientPercent);
  }
}
