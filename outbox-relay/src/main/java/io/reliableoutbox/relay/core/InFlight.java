package io.reliableoutbox.relay.core;

import org.jspecify.annotations.Nullable;

/** A row that is with the broker, under a publish sequence number of its channel. */
final class InFlight {
  final OutboxRow row;
  final long sequence;

  /** Counts what was sent over all channels, ever: tells which of two was sent later. */
  final long ticket;

  final long epoch;
  final long sentAtNanos;
  @Nullable String returned;

  InFlight(OutboxRow row, long sequence, long ticket, long epoch, long sentAtNanos) {
    this.row = row;
    this.sequence = sequence;
    this.ticket = ticket;
    this.epoch = epoch;
    this.sentAtNanos = sentAtNanos;
  }
}
