package io.reliableoutbox.relay.simulation;

import static io.reliableoutbox.relay.simulation.Timeline.SECOND;

import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One schedule: the same seed gives the same steps. */
final class Simulation {
  private static final long LOOK = 100 * Timeline.MILLI;

  /** Longer than it takes until all is looked through, and than all that back-off may add up to. */
  private static final long PATIENCE = 1200 * SECOND;

  private static final int TOO_MANY_STEPS = 200_000;
  private final World world;
  private final Writers writers;
  private int steps;
  private long settledAfter = -1;
  private boolean settled;

  Simulation(long seed, Variant variant, @Nullable Consumer<String> trace) {
    world = new World(seed, variant, trace);
    writers = new Writers(world);
  }

  /** Runs to the end; throws a {@link Violation} if a rule is broken. */
  void run() {
    writers.plan();
    world.operators.plan();
    world.faults.plan();
    for (int n = 0; n < world.plan.relays; n++) {
      world.timeline.at(world.dice.mostlyShort(SECOND), world::join);
    }
    world.timeline.at(world.plan.healedAt + LOOK, this::look);
    while (!settled && world.timeline.step()) {
      steps++;
      if (steps > TOO_MANY_STEPS) {
        throw new Violation(Rule.PROGRESS, "a hot loop");
      }
    }
    world.progress.end();
  }

  /** What it came across. */
  Set<Situation> seen() {
    return world.seen();
  }

  int steps() {
    return steps;
  }

  long virtualTime() {
    return world.timeline.now();
  }

  /** How long after the last fault everything had come to rest. */
  long settledAfter() {
    return settledAfter;
  }

  private void look() {
    long healedFor = world.timeline.now() - world.plan.healedAt;
    settled = world.progress.areAllSettled();
    if (settled && settledAfter < 0) {
      settledAfter = healedFor;
      // Whoever has come to rest must still be able to send.
      writers.callAgain();
      settled = false;
    } else if (!settled && healedFor > PATIENCE) {
      throw world.progress.left();
    }
    world.operators.replayParked();
    world.timeline.after(LOOK, this::look);
  }
}
