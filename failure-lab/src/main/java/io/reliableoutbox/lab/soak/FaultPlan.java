package io.reliableoutbox.lab.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Which faults, when: the same seed gives the same plan. Faults of different targets overlap; one
 * target has one at a time, and half a minute to come back.
 */
public final class FaultPlan {
  private static final long FIRST_MILLIS = 5_000;
  private static final long LAST_BEFORE_END_MILLIS = 10_000;
  private static final long MEAN_GAP_MILLIS = 10_000;
  private static final long COMES_BACK_MILLIS = 30_000;

  private FaultPlan() {}

  public static List<Fault> of(long seed, Duration duration, Set<FaultKind> kinds) {
    var random = new SplittableRandom(seed);
    var choices = kinds.stream().sorted().toList();
    List<Fault> plan = new ArrayList<>();
    Map<String, Long> busyUntil = new HashMap<>();
    long at = FIRST_MILLIS;
    while (at < duration.toMillis() - LAST_BEFORE_END_MILLIS) {
      var fault = fault(random, at, choices);
      if (busyUntil.getOrDefault(fault.target(), 0L) <= at) {
        plan.add(fault);
        busyUntil.put(fault.target(), fault.endMillis() + COMES_BACK_MILLIS);
      }
      at += 1 + (long) (-Math.log(1 - random.nextDouble()) * MEAN_GAP_MILLIS);
    }
    return plan;
  }

  private static Fault fault(SplittableRandom random, long at, List<FaultKind> kinds) {
    var kind = kinds.get(random.nextInt(kinds.size()));
    var target = kind.targets().get(random.nextInt(kind.targets().size()));
    long lasts = random.nextLong(1000L * kind.longestSeconds() + 1);
    return new Fault(at, kind, target, lasts);
  }
}
