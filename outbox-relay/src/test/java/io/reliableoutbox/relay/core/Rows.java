package io.reliableoutbox.relay.core;

import java.util.UUID;

/** Rows for tests of the core. */
final class Rows {
  private Rows() {}

  static OutboxRow row(long position, long aggregateKey) {
    return row(position, aggregateKey, 0, 0);
  }

  static OutboxRow row(long position, long aggregateKey, int attempts, long failingForNanos) {
    return new OutboxRow(
        position,
        false,
        false,
        new UUID(aggregateKey, position),
        0,
        aggregateKey,
        attempts,
        failingForNanos,
        100,
        "message");
  }
}
