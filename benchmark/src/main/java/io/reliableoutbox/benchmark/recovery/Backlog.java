package io.reliableoutbox.benchmark.recovery;

import io.reliableoutbox.benchmark.figures.Curve;
import io.reliableoutbox.benchmark.stand.OutboxTable;
import io.reliableoutbox.benchmark.stand.Pause;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.function.LongSupplier;

/** Rows that wait, watched until they are gone. */
record Backlog(OutboxTable outbox, LongSupplier inserted) {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final long STEP_MILLIS = 250;

  /**
   * How it went.
   *
   * @param rows that waited when the watch began
   * @param seconds until hardly any waited
   * @param rate rows published a second: these, and what came meanwhile
   * @param curve what waited when
   */
  record Gone(long rows, double seconds, double rate, Curve curve) {}

  /** Returns when only {@code rest} rows or fewer wait. */
  Gone watch(String label, double rest) {
    var seconds = new ArrayList<Double>();
    var waited = new ArrayList<Double>();
    long begin = System.nanoTime();
    long insertedBefore = inserted.getAsLong();
    long before = outbox.waiting();
    long waiting = before;
    while (waiting > rest) {
      if (System.nanoTime() - begin > LIMIT.toNanos()) {
        throw new InfrastructureException(waiting + " events still wait.");
      }
      Pause.millis(STEP_MILLIS);
      waiting = outbox.waiting();
      seconds.add((System.nanoTime() - begin) / 1e9);
      waited.add((double) waiting);
    }
    double took = (System.nanoTime() - begin) / 1e9;
    double published = before - waiting + inserted.getAsLong() - insertedBefore;
    var curve = new Curve("backlog|seconds|events", label, seconds, waited);
    return new Gone(before, took, published / took, curve);
  }
}
