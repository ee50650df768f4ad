package io.reliableoutbox.lab.soak;

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
  List<Fault> plan() {
    return replay == null ? FaultPlan.of(seed, duration, kinds) : FaultLog.read(replay);
  }

  /** What to type to have the same again. */
  public String command() {
    return "./run soak --duration %ds --seed %d --rate %s --changes %s --burst %s --faults %s --poison %s --transient %s"
            .formatted(
                duration.toSeconds(),
                seed,
                load.rate(),
                load.changesPercent(),
                load.burst(),
                new TreeSet<>(kinds).stream().map(FaultKind::text).collect(Collectors.joining(",")),
                poisonPercent,
                transientPercent)
        + (replay == null ? "" : " --replay " + replay);
  }
}
