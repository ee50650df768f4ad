package io.reliableoutbox.relay.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Drives the relay's core through schedules of faults, each decided by its seed. {@code
 * -Dsimulation.seed=4711} runs one of them and prints its steps, {@code -Dsimulation.from} and
 * {@code -Dsimulation.schedules} run others, or more.
 */
class SimulationTest {
  private static final @Nullable Long SEED = Long.getLong("simulation.seed");
  private static final long FROM = Long.getLong("simulation.from", 0);
  private static final int SCHEDULES = Integer.getInteger("simulation.schedules", 100_000);
  private static final int LAST_STEPS = 300;

  @Test
  void no_schedule_breaks_a_rule_and_together_they_meet_every_situation() {
    if (SEED != null) {
      System.out.println(String.join("\n", trace(SEED)));
      new Simulation(SEED, new Variant(), null).run();
      return;
    }
    long started = System.nanoTime();
    Coverage coverage =
        LongStream.range(FROM, FROM + SCHEDULES)
            .parallel()
            .collect(Coverage::new, Coverage::run, Coverage::add);
    System.out.println(coverage.report((System.nanoTime() - started) / 1e9));
    coverage.firstFailure().ifPresent(SimulationTest::explain);
    if (SCHEDULES >= 100_000) {
      assertThat(coverage.missed()).as("situations that no schedule came across").isEmpty();
    }
  }

  @Test
  void a_seed_gives_the_same_steps_each_time() {
    for (long seed = 0; seed < 50; seed++) {
      assertThat(trace(seed)).hasSizeGreaterThan(5).isEqualTo(trace(seed));
    }
  }

  private static void explain(Coverage.Failure failure) {
    List<String> steps = trace(failure.seed());
    int from = Math.max(0, steps.size() - LAST_STEPS);
    System.out.println(String.join("\n", steps.subList(from, steps.size())));
    fail(
        "seed %d: %s (its last steps are printed above; again: -Dtest=SimulationTest -Dsimulation.seed=%d)"
            .formatted(failure.seed(), failure.cause().getMessage(), failure.seed()),
        failure.cause());
  }

  private static List<String> trace(long seed) {
    List<String> steps = new ArrayList<>();
    try {
      new Simulation(seed, new Variant(), steps::add).run();
    } catch (RuntimeException e) {
      steps.add(e.toString());
    }
    return steps;
  }
}
