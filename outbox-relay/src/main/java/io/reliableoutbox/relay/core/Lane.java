package io.reliableoutbox.relay.core;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The first unsettled rows of one aggregate, as one snapshot showed them, in order. Its head is the
 * only one that may be with the broker. It stays, if need be empty, until all that became of its
 * rows is written: until then the table shows them as unsettled, and nobody may load them again.
 */
final class Lane {
  final long aggregateKey;
  final int bucket;
  private final ArrayDeque<OutboxRow> rows;
  private final long tail;
  private boolean more;
  private boolean headInFlight;
  // By identity: the mark of an earlier copy of a row says nothing of this one.
  private final Set<OutboxRow> unmarked = Collections.newSetFromMap(new IdentityHashMap<>());

  /** {@code rows} is not empty and begins with the aggregate's first unsettled row. */
  Lane(List<OutboxRow> rows, boolean more) {
    this.rows = new ArrayDeque<>(rows);
    this.aggregateKey = rows.get(0).aggregateKey();
    this.bucket = rows.get(0).bucket();
    this.tail = rows.get(rows.size() - 1).position();
    this.more = more;
  }

  @Nullable OutboxRow head() {
    return rows.peekFirst();
  }

  /**
   * Whether this very object is the head: an answer to an earlier copy of the row settles nothing.
   */
  @SuppressWarnings("ReferenceEquality")
  boolean holds(OutboxRow row) {
    return rows.peekFirst() == row;
  }

  void sent() {
    headInFlight = true;
  }

  /** What became of the head is known, and to be written. */
  void headSettled() {
    unmarked.add(rows.removeFirst());
    headInFlight = false;
  }

  /** What became of {@code row} is written; nothing to this lane if it is not one of its own. */
  void marked(OutboxRow row) {
    unmarked.remove(row);
  }

  /** Gives up what it holds. */
  void clear() {
    more |= !rows.isEmpty();
    rows.clear();
    headInFlight = false;
  }

  boolean isHeadInFlight() {
    return headInFlight;
  }

  /** Whether its head waits to be sent. */
  boolean isReady() {
    return !headInFlight && !rows.isEmpty();
  }

  boolean isDone() {
    return rows.isEmpty() && unmarked.isEmpty();
  }

  Iterable<OutboxRow> rows() {
    return rows;
  }

  /**
   * A scan saw a row of this aggregate; beyond the tail it must be loaded once the lane is empty.
   */
  void seen(long position) {
    more |= position > tail;
  }

  /** The aggregate is to be loaded once more when this lane is done. */
  void moreToCome() {
    more = true;
  }

  boolean hasMore() {
    return more;
  }
}
