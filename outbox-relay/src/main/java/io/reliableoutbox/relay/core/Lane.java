package io.reliableoutbox.relay.core;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first unsettled rows of one aggregate, as one snapshot showed them, in order. Its head is the
 * only one that may be with the broker.
 */
final class Lane {
  final long aggregateKey;
  final int bucket;
  private final ArrayDeque<OutboxRow> rows;
  private final long tail;
  private boolean more;
  private boolean headInFlight;

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

  void headSettled() {
    rows.removeFirst();
    headInFlight = false;
  }

  boolean isHeadInFlight() {
    return headInFlight;
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

  boolean hasMore() {
    return more;
  }
}
