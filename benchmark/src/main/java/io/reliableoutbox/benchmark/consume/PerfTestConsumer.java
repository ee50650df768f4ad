package io.reliableoutbox.benchmark.consume;

import io.reliableoutbox.benchmark.stand.Queues;
import io.reliableoutbox.benchmark.stand.Stand;
import io.reliableoutbox.benchmark.yardstick.PerfTest;
import io.reliableoutbox.lab.infrastructure.ChildProcess;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** RabbitMQ's own load generator as a consumer. */
final class PerfTestConsumer implements Consuming {
  private static final Duration END = Duration.ofSeconds(20);

  private final PerfTest perfTest;
  private final Stand stand;
  private @Nullable ChildProcess process;

  PerfTestConsumer(PerfTest perfTest, Stand stand) {
    this.perfTest = perfTest;
    this.stand = stand;
  }

  @Override
  public long start(long messages) {
    var log = stand.log("perf-test");
    var started = perfTest.consume(Queues.NAMES.get(0), messages, ConsumeBenchmark.PREFETCH, log);
    process = started;
    return started.pid();
  }

  @Override
  public void end(long messages) {
    if (process != null) {
      process.stop("TERM", END);
    }
  }
}
