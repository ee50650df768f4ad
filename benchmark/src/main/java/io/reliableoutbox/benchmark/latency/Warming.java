package io.reliableoutbox.benchmark.latency;

import io.reliableoutbox.benchmark.Plan;
import io.reliableoutbox.benchmark.stand.OutboxTable;

/** What a relay publishes before its latency is measured. */
final class Warming {
  private static final long ROWS = 30_000;

  private Warming() {}

  static OutboxTable.Content rows(Plan plan) {
    return new OutboxTable.Content(ROWS, ROWS, plan.payloadBytes());
  }
}
