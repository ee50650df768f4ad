package io.reliableoutbox.benchmark.drain;

import io.reliableoutbox.benchmark.figures.Arrivals;
import io.reliableoutbox.benchmark.figures.Measured;
import io.reliableoutbox.benchmark.stand.CpuMeter;
import io.reliableoutbox.benchmark.stand.OutboxTable;
import io.reliableoutbox.benchmark.stand.Pause;
import io.reliableoutbox.benchmark.stand.Stand;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.time.Duration;

/**
 * Lets a contender publish, and looks at the broker meanwhile: how many messages have arrived is
 * asked 20 times a second, processor times are read twice.
 */
record DrainMeter(Stand stand) {
  /** Messages of one drain, where it need not be many. */
  static final long ROWS = 100_000;

  private static final int STEP_MILLIS = 50;
  private static final Duration STILLSTAND = Duration.ofMinutes(1);

  /**
   * One run: in the middle of it, with what a message cost then, and from the first message to the
   * last.
   */
  record Drained(Measured middle, double wholeRate) {}

  Drained run(Contender contender, OutboxTable.Content content) {
    stand.queues().purge();
    stand.outbox().clear();
    contender.prepare(content);
    stand.sql().run("checkpoint");
    var publishing = contender.start();
    Drained drained;
    try {
      drained = watch(contender, publishing, content.rows());
    } catch (RuntimeException e) {
      endAfter(e, publishing);
      throw e;
    }
    publishing.end();
    return drained;
  }

  /** What failed first is what is told. */
  private static void endAfter(RuntimeException failure, Publishing publishing) {
    try {
      publishing.end();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private Drained watch(Contender contender, Publishing publishing, long total) {
    var arrivals = new Arrivals(total);
    var cpu = new CpuMeter(stand, contender.process(), publishing.pids(), total);
    long movedAt = System.nanoTime();
    for (long count = 0; count < total; Pause.millis(STEP_MILLIS)) {
      publishing.check();
      long asked = System.nanoTime();
      long now = contender.arrived(stand.queues().ready());
      arrivals.add(asked + (System.nanoTime() - asked) / 2, now);
      cpu.passed(now);
      movedAt = now > count ? asked : movedAt;
      count = now;
      if (asked - movedAt > STILLSTAND.toNanos()) {
        throw new InfrastructureException(
            "%s stands still at %d.".formatted(contender.label(), count));
      }
    }
    var middle = new Measured(arrivals.rate(CpuMeter.FROM, CpuMeter.TO), cpu.costs());
    return new Drained(middle, arrivals.wholeRate());
  }
}
