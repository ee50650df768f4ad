package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.Block;
import io.reliableoutbox.relay.core.Mark;
import io.reliableoutbox.relay.core.OutboxRow;
import java.util.List;
import java.util.function.Function;

/** Mistakes in what a write is fenced by: leases, locks, and the state of the row. */
final class FenceMutants {
  private FenceMutants() {}

  static List<Mutant> all() {
    return List.of(
        mutant("no fence", Rule.FENCE, NoFence::new),
        mutant("marks whatever has become of the row", Rule.FORGOTTEN, MarksAnyRow::new),
        mutant("blocks without a lock on the parked row", Rule.PROGRESS, BlocksWithoutLock::new),
        new Mutant("takes over what a mark has locked", Rule.FENCE, new TakesLocked()));
  }

  private static Mutant mutant(String name, Rule rule, Function<World, ModelMarks> marks) {
    return new Mutant(
        name,
        rule,
        new Variant() {
          @Override
          ModelMarks marks(World world) {
            return marks.apply(world);
          }
        });
  }

  private static final class TakesLocked extends Variant {
    @Override
    ModelLeases leases(World world) {
      return new ModelLeases(world) {
        @Override
        boolean isLocked(Lease row) {
          return false;
        }
      };
    }
  }

  private static final class NoFence extends ModelMarks {
    NoFence(World world) {
      super(world);
    }

    @Override
    Statement<Integer> write(int relay, List<Mark> marks) {
      return new MarkStatement(world, relay, marks) {
        @Override
        boolean isHeld(Lease lease, int owner, long epoch) {
          return true;
        }
      };
    }
  }

  private static final class MarksAnyRow extends ModelMarks {
    MarksAnyRow(World world) {
      super(world);
    }

    @Override
    Statement<Integer> write(int relay, List<Mark> marks) {
      return new MarkStatement(world, relay, marks) {
        @Override
        boolean isAsSent(Row row, OutboxRow sent) {
          return true;
        }
      };
    }
  }

  private static final class BlocksWithoutLock extends ModelMarks {
    BlocksWithoutLock(World world) {
      super(world);
    }

    @Override
    Statement<Integer> block(int relay, Block block, int atMost) {
      return new BlockStatement(world, relay, block, atMost) {
        @Override
        boolean isStillParked(Row row) {
          return true;
        }
      };
    }
  }
}
