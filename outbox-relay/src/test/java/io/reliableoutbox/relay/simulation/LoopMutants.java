package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.Block;
import io.reliableoutbox.relay.core.Mark;
import java.util.List;

/** Mistakes in the order of things. */
final class LoopMutants {
  private LoopMutants() {}

  static List<Mutant> all() {
    return List.of(
        mutant("loads before it marks", Rule.ONCE, LoadsBeforeItMarks::new),
        mutant("gives buckets up with messages in flight", Rule.ONCE, GivesUpAtOnce::new),
        mutant("stops with messages in flight", Rule.ONCE, StopsAtOnce::new),
        mutant("looks again whenever something ends", Rule.REST, LooksAgain::new),
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

  /**
   * Takes marks for written that are still on their way; the table shows their rows as unsettled.
   */
  private static final class LoadsBeforeItMarks extends SimulatedLoop {
    LoadsBeforeItMarks(World world, SimulatedRelay relay) {
      super(world, relay);
    }

    @Override
    SimulatedMarkWriter markWriter(World world, SimulatedRelay relay) {
      return new SimulatedMarkWriter(world, relay) {
        @Override
        SimulatedErrand.Work work(List<Mark> all, List<Block> blocks) {
          SimulatedErrand.Work late = super.work(all, blocks);
          dispatcher.marked(all);
          return (done, failed) ->
              relay.process.after(20 * Timeline.MILLI, () -> late.begin(done, failed));
        }

        @Override
        void marked(List<Mark> all, List<Block> blocks) {
          super.marked(List.of(), blocks);
        }
      };
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

  private static final class LooksAgain extends SimulatedLoop {
    LooksAgain(World world, SimulatedRelay relay) {
      super(world, relay);
    }

    @Override
    void turn() {
      relay.feed.hint(List.of());
      super.turn();
    }
  }

  private static final class WaitsForHints extends Variant {
    @Override
    long pollInterval(World world) {
      return 1000 * Timeline.SECOND;
    }
  }
}
