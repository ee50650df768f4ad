package io.reliableoutbox.relay.core;

import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** Rows of aggregates of their own, over all buckets. */
final class SpeedRows {
  static final int BUCKETS = 64;
  private static final int PAYLOAD = 500;

  private SpeedRows() {}

  static List<OutboxRow> of(int rows) {
    return IntStream.range(0, rows).mapToObj(SpeedRows::row).toList();
  }

  private static OutboxRow row(int n) {
    return new OutboxRow(
        n + 1L, false, false, new UUID(n, n), n % BUCKETS, n, 0, 0, PAYLOAD, new Object());
  }
}
