package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.LoadedRow;
import io.reliableoutbox.relay.core.Mark;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** No leases: each relay takes rows that no other has locked. */
final class SkipLocked extends Variant {
  @Override
  ModelLeases leases(World world) {
    return new ModelLeases(world) {
      @Override
      Map<Integer, Long> renew(int relay, long lease) {
        Map<Integer, Long> all = new HashMap<>();
        for (int bucket = 0; bucket < database.leases.size(); bucket++) {
          all.put(bucket, 0L);
        }
        return all;
      }

      @Override
      int fairShare() {
        return database.leases.size();
      }
    };
  }

  @Override
  ModelMarks marks(World world) {
    return new ModelMarks(world) {
      @Override
      Statement<Integer> write(int relay, List<Mark> marks) {
        return new MarkStatement(world, relay, marks) {
          @Override
          boolean isHeld(Lease lease, int owner, long epoch) {
            return true;
          }
        };
      }
    };
  }

  @Override
  ModelOutbox outbox(World world) {
    return new ModelOutbox(world) {
      private final Map<Row, Integer> locks = new HashMap<>();
      private int current;

      @Override
      List<LoadedRow> load(int relay, List<Long> keys, int rowsEach, long maxBytes) {
        current = relay;
        return super.load(relay, keys, rowsEach, maxBytes);
      }

      @Override
      List<Row> firstUnsettled(long key, int rowsEach) {
        List<Row> rows = super.firstUnsettled(key, Integer.MAX_VALUE);
        rows.removeIf(this::isLockedByAnother);
        List<Row> taken = rows.subList(0, Math.min(rowsEach, rows.size()));
        taken.forEach(row -> locks.put(row, current));
        return taken;
      }

      // A lock ends with the connection of its owner.
      private boolean isLockedByAnother(Row row) {
        int owner = locks.getOrDefault(row, current);
        return owner != current
            && world.relays().stream()
                .anyMatch(relay -> relay.id() == owner && relay.process.isAlive());
      }
    };
  }
}
