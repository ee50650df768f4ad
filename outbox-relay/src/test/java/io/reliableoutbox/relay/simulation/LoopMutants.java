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
        mutant("waits for hints", Rule.PROGRESS, WaitsForHints::new));
  }

  private interface Relays {
    SimulatedRelay relay(World world, int id);
  }

  private static Mutant mutant(String name, Rule rule, Relays relays) {
    return new Mutant(
        name,
        rule,
        new Variant() {
          @Override
          SimulatedRelay relay(World world, int id) {
            return relays.relay(world, id);
          }
        });
  }

  /** Marks in every second turn only; what is left would be seen as unsettled. */
  private static final class LoadsBeforeItMarks extends SimulatedRelay {
    private int turns;

    LoadsBeforeItMarks(World world, int id) {
      super(world, id);
    }

    @Override
    void writeMarks(Leases leases) {
      if (turns++ % 2 == 0) {
        super.writeMarks(leases);
      } else {
        block(leases, dispatcher.blocks().iterator());
      }
    }
  }

  private static final class GivesUpAtOnce extends SimulatedRelay {
    GivesUpAtOnce(World world, int id) {
      super(world, id);
    }

    @Override
    boolean isQuiet(int bucket) {
      return true;
    }
  }

  private static final class StopsAtOnce extends SimulatedRelay {
    StopsAtOnce(World world, int id) {
      super(world, id);
    }

    @Override
    boolean hasToWait() {
      return false;
    }
  }

  private static final class WaitsForHints extends SimulatedRelay {
    WaitsForHints(World world, int id) {
      super(world, id);
    }

    @Override
    long pollInterval() {
      return 1000 * Timeline.SECOND;
    }
  }
}
