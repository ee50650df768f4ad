package io.reliableoutbox.benchmark.drain;

import io.reliableoutbox.benchmark.Plan;
import io.reliableoutbox.benchmark.stand.OutboxTable;
import io.reliableoutbox.benchmark.stand.Stand;

/** The drain rate, for benchmarks that need it as a measure. */
public final class DrainRate {
  /** Messages of one drain. */
  public static final long ROWS = 100_000;

  private DrainRate() {}

  /** Messages a second of one relay in the middle of a backlog. */
  public static double ofOneRelay(Stand stand, Plan plan) {
    var content = new OutboxTable.Content(ROWS, ROWS / 2, plan.payloadBytes());
    var relay = new RelaysContender("relay", stand, plan.relayJar(), plan.jvm(), 1);
    return new DrainMeter(stand).run(relay, content).rate();
  }
}
