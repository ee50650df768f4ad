package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.Mark;
import io.reliableoutbox.relay.core.OutboxRow;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes marks. What a row must be like, it must be like in the snapshot and again when it is
 * changed, and so must the leases when they are locked. Marks of what was published don't wait for
 * the disk; those of what was refused do.
 */
class MarkStatement implements Statement<Integer> {
  final World world;
  private final int relay;
  private final List<Mark> marks;
  private final boolean[] matches;
  private final Set<Lease> held = new HashSet<>();

  MarkStatement(World world, int relay, List<Mark> marks) {
    this.world = world;
    this.relay = relay;
    this.marks = marks;
    this.matches = new boolean[marks.size()];
  }

  @Override
  public void begin() {
    for (int i = 0; i < matches.length; i++) {
      Mark mark = marks.get(i);
      matches[i] = isHeld(leaseOf(mark), relay, mark.epoch()) && find(mark) != null;
    }
  }

  @Override
  public void lock() {
    for (int i = 0; i < matches.length; i++) {
      Lease lease = leaseOf(marks.get(i));
      if (matches[i] && isHeld(lease, relay, marks.get(i).epoch()) && held.add(lease)) {
        lease.shared++;
      }
    }
  }

  @Override
  public Integer commit() {
    int applied = 0;
    for (int i = 0; i < matches.length; i++) {
      Mark mark = marks.get(i);
      Row row = find(mark);
      // The lease is locked: it is not looked at again.
      if (matches[i] && row != null && held.contains(leaseOf(mark))) {
        apply(mark, row);
        applied++;
      } else {
        world.saw(
            isHeld(leaseOf(mark), relay, mark.epoch())
                ? Situation.MARK_REFUSED_BY_THE_ROW
                : Situation.MARK_REFUSED_BY_THE_FENCE);
      }
    }
    held.forEach(lease -> lease.shared--);
    if (!isPublished()) {
      world.database.flushed();
    }
    return applied;
  }

  private Lease leaseOf(Mark mark) {
    return world.database.leases.get(mark.row().bucket());
  }

  /** Whether the fence lets a mark pass. */
  boolean isHeld(Lease lease, int owner, long epoch) {
    return lease.isHeld(owner, epoch);
  }

  /** The row, if it is still as it was sent. */
  private @Nullable Row find(Mark mark) {
    Event event = ((Letter) mark.row().message()).event;
    Row row = mark.row().copy() ? event.copy : event.row;
    return row != null && row.isVisible() && isAsSent(row, mark.row()) ? row : null;
  }

  boolean isAsSent(Row row, OutboxRow sent) {
    return row.attempts == sent.attempts()
        && row.tombstone == sent.tombstone()
        && row.state.isOnItsWay();
  }

  private boolean isPublished() {
    return marks.get(0) instanceof Mark.Published;
  }

  private void apply(Mark mark, Row row) {
    world.marking.marked(relay, mark, row);
    if (isPublished()) {
      world.database.notFlushed(row);
    }
    long now = world.database.clock();
    row.nextAttemptAt = Row.NEVER;
    if (mark instanceof Mark.Published) {
      row.state = row.tombstone ? State.SKIPPED : State.PUBLISHED;
      row.settledAt = now;
    } else {
      row.attempts++;
      row.firstFailedAt = row.firstFailedAt == Row.NEVER ? now : row.firstFailedAt;
      row.state = State.PARKED;
    }
    if (mark instanceof Mark.Retry retry) {
      row.state = State.RETRYING;
      row.nextAttemptAt = now + retry.delay().toMillis() * Timeline.MILLI;
    }
    row.check();
    world.say(() -> "relay " + relay + " marks " + row);
  }
}
