package io.reliableoutbox.benchmark.consume;

import io.reliableoutbox.benchmark.figures.Arrivals;
import io.reliableoutbox.benchmark.figures.Measured;
import io.reliableoutbox.benchmark.stand.CpuMeter;
import io.reliableoutbox.benchmark.stand.Pause;
import io.reliableoutbox.benchmark.stand.Stand;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.time.Duration;
import java.util.List;

/**
 * Fills the queues with twice the messages, lets a consumer at one of them, and watches what is
 * left in it. The first half warms the consumer and does not count.
 */
record ConsumeMeter(Stand stand, long messages) {
  private static final int STEP_MILLIS = 50;
  private static final Duration LIMIT = Duration.ofMinutes(5);

  Measured run(String queue, Consuming consuming) {
    prepare();
    long pid = consuming.start(all());
    try {
      return watch(queue, pid);
    } finally {
      consuming.end(all());
    }
  }

  private long all() {
    return 2 * messages;
  }

  private void prepare() {
    stand.queues().purge();
    stand
        .sql()
        .run(
            "truncate consuming.inbox, consuming.progress, consuming.email, consuming.reservation, consuming.daily_revenue",
            "update consuming.stock set available = 1000000000");
    new OrderEvents(stand).publish(all());
    stand.sql().run("analyze", "checkpoint");
  }

  private Measured watch(String queue, long pid) {
    var taken = new Arrivals(messages);
    var cpu = new CpuMeter(stand, "consumer", List.of(pid), messages);
    long begin = System.nanoTime();
    for (long count = -messages; count < messages; Pause.millis(STEP_MILLIS)) {
      long ready = stand.queues().ready(queue);
      count = messages - ready;
      if (count >= 0) {
        taken.add(System.nanoTime(), count);
        cpu.passed(count);
      }
      if (System.nanoTime() - begin > LIMIT.toNanos()) {
        throw new InfrastructureException("%d of %d are not taken.".formatted(ready, all()));
      }
    }
    return new Measured(taken.rate(CpuMeter.FROM, CpuMeter.TO), cpu.costs());
  }
}
