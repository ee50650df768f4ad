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
  private final long messages;
  private @Nullable ChildProcess process;

  PerfTestConsumer(PerfTest perfTest, Stand stand, long messages) {
    this.perfTest = perfTest;
    this.stand = stand;
    this.messages = messages;
  }

  @Override
  public long start() {
    var log = stand.log("perf-test");
    var started = perfTest.consume(Queues.NAMES.get(0), messages, ConsumeBenchmark.PREFETCH, log);
    process = started;
    return started.pid();
  }

  @Override
  public void end(long consumed) {
    if (process != null) {
      process.stop("TERM", END);
    }
  }
}
