package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.Leases;
import java.util.List;

/** Mistakes in the order of things. */
final class LoopMutants {
  private LoopMutants() {}

  static List<Mutant> all() {
    return List.of(
        mutant("loads before it marks", Rule.ONCE, LoadsBeforeItMarks::new),
        mutant("gives buckets up with messages in flight", Rule.ONCE, GivesUpAtOnce::new),
        mutant("stops with messages in flight", Rule.ONCE, StopsAtOnce::new),
        mutant("looks for rows without a bucket", Rule.REST, LooksWithoutBucket::new),
        new Mutant("waits for hints", Rule.PROGRESS, new WaitsForHints()));
  }

  private interface Loops {
    SimulatedLoop loop(World world, SimulatedRelay relay);
  }

  private static Mutant mutant(String name, Rule rule, Loops loops) {
    return new Mutant(
        name,
        rule,
        new Variant() {
          @Override
          SimulatedLoop loop(World world, SimulatedRelay relay) {
            return loops.loop(world, relay);
          }
        });
  }

  /** Marks only every second time; what is left looks unsettled. */
  private static final class LoadsBeforeItMarks extends SimulatedLoop {
    private int turns;

    LoadsBeforeItMarks(World world, SimulatedRelay relay) {
      super(world, relay);
    }

    @Override
    void markFirst(Leases leases, Runnable then) {
      if (turns++ % 2 == 0) {
        super.markFirst(leases, then);
      } else {
        then.run();
      }
    }
  }

  private static final class GivesUpAtOnce extends SimulatedLoop {
    GivesUpAtOnce(World world, SimulatedRelay relay) {
      super(world, relay);
    }

    @Override
    boolean isQuiet(int bucket) {
      return true;
    }
  }

  private static final class StopsAtOnce extends SimulatedLoop {
    StopsAtOnce(World world, SimulatedRelay relay) {
      super(world, relay);
    }

    @Override
    boolean hasToWait() {
      return false;
    }
  }

  private static final class LooksWithoutBucket extends SimulatedLoop {
    LooksWithoutBucket(World world, SimulatedRelay relay) {
      super(world, relay);
    }

    @Override
    boolean needsRows(Leases leases) {
      return leases.epochs().isEmpty() || super.needsRows(leases);
    }
  }

  private static final class WaitsForHints extends Variant {
    @Override
    long pollInterval(World world) {
      return 1000 * Timeline.SECOND;
    }
  }
}
