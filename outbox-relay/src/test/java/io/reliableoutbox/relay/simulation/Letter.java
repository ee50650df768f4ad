package io.reliableoutbox.relay.simulation;

import org.jspecify.annotations.Nullable;

/** A message as a relay loaded it, and what became of it. */
final class Letter {
  final Event event;
  final boolean copy;
  final boolean tombstone;

  int relay;

  /** Counts what its relay sent. */
  long ticket;

  /** Whether, and when, the queues took it. */
  boolean taken;

  long takenAt;
  boolean refused;
  boolean returned;

  /** Whether the relay has been told what became of it. */
  boolean answered;

  boolean acked;

  /** The same row as this relay sent it before. */
  @Nullable Letter before;

  Letter(Row row) {
    this.event = row.event;
    this.copy = row.copy;
    this.tombstone = row.tombstone;
  }

  boolean closesTheChannel() {
    return !tombstone && event.poison == Event.Poison.CLOSES_THE_CHANNEL;
  }

  @Override
  public String toString() {
    return event + (copy ? " copy" : "") + (tombstone ? " tombstone" : "");
  }
}
