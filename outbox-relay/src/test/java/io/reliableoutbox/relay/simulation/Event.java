package io.reliableoutbox.relay.simulation;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code outbox}, and what the queues have seen of it. */
final class Event {
  /** What the broker does to the message, each time. */
  enum Poison {
    NONE,
    CLOSES_THE_CHANNEL,
    FORBIDDEN,
    NACKED,
    RETURNED
  }

  final long position;
  final UUID id;
  final Aggregate aggregate;
  final int bytes;
  final Row row;
  Poison poison;
  @Nullable Row copy;

  /** Set as long as its transaction is open, or when it was rolled back. */
  boolean invisible = true;

  long insertedAt;
  long committedAt;

  /** How often queues have taken it, its tombstones and its copies. */
  int messages;

  int tombstones;
  int copies;
  boolean skipped;

  Event(long position, Aggregate aggregate, int bytes, Poison poison) {
    this.position = position;
    this.id = new UUID(7, position);
    this.aggregate = aggregate;
    this.bytes = bytes;
    this.poison = poison;
    this.row = new Row(this, false);
  }

  /** Whether its place in the order of its aggregate is taken. */
  boolean isPlaced() {
    return messages + tombstones > 0;
  }

  /** Whether a statement of a relay holds its delivery, or that of its copy. */
  boolean isLocked() {
    return row.shared > 0 || (copy != null && copy.shared > 0);
  }

  @Override
  public String toString() {
    return aggregate.name + "#" + position;
  }
}
