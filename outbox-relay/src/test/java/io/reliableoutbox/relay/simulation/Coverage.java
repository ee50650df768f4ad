package io.reliableoutbox.relay.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a number of schedules came across, and which of them broke a rule. */
final class Coverage {
  /** A schedule that broke a rule, or broke down. */
  record Failure(long seed, RuntimeException cause) {}

  private final Map<Situation, Integer> schedulesWith = new EnumMap<>(Situation.class);
  private final List<Failure> failures = new ArrayList<>();
  private long schedules;
  private long steps;
  private long virtualTime;
  private long longestToSettle;

  void run(long seed) {
    Simulation simulation = new Simulation(seed, new Variant(), null);
    try {
      simulation.run();
    } catch (RuntimeException e) {
      failures.add(new Failure(seed, e));
    }
    schedules++;
    steps += simulation.steps();
    virtualTime += simulation.virtualTime();
    longestToSettle = Math.max(longestToSettle, simulation.settledAfter());
    simulation.seen().forEach(situation -> schedulesWith.merge(situation, 1, Integer::sum));
  }

  void add(Coverage other) {
    failures.addAll(other.failures);
    schedules += other.schedules;
    steps += other.steps;
    virtualTime += other.virtualTime;
    longestToSettle = Math.max(longestToSettle, other.longestToSettle);
    other.schedulesWith.forEach((situation, n) -> schedulesWith.merge(situation, n, Integer::sum));
  }

  Optional<Failure> firstFailure() {
    return failures.stream().min(Comparator.comparingLong(Failure::seed));
  }

  Set<Situation> missed() {
    Set<Situation> missed = EnumSet.allOf(Situation.class);
    missed.removeAll(schedulesWith.keySet());
    return missed;
  }

  /** Which part of the schedules came across what. */
  String report(double seconds) {
    StringBuilder report = new StringBuilder("schedules that came across it:\n");
    for (Situation situation : Situation.values()) {
      double percent = 100.0 * schedulesWith.getOrDefault(situation, 0) / schedules;
      report.append("%8.2f %%  %s%n".formatted(percent, situation));
    }
    report.append(
        "%d schedules in %.1f s (%.0f a second), %d steps and %.1f s of virtual time each%n"
            .formatted(
                schedules,
                seconds,
                schedules / seconds,
                steps / schedules,
                virtualTime / 1e9 / schedules));
    report.append(
        "all at rest %.1f s after the last fault at the latest; %d schedules broke a rule"
            .formatted(longestToSettle / 1e9, failures.size()));
    return report.toString();
  }
}
