package io.reliableoutbox.benchmark.drain;

import io.reliableoutbox.benchmark.stand.Jvm;
import io.reliableoutbox.benchmark.stand.OutboxTable;
import io.reliableoutbox.benchmark.stand.Stand;
import io.reliableoutbox.benchmark.yardstick.PerfTest;
import java.util.ArrayList;
import java.util.List;

/** RabbitMQ's own load generator. */
final class PerfTestContender implements Contender {
  static final String LABEL = "PerfTest";

  private final Stand stand;
  private final PerfTest perfTest;
  private final List<Double> ownRates = new ArrayList<>();
  private OutboxTable.Content content = new OutboxTable.Content(0, 0, 0);

  PerfTestContender(Stand stand, Jvm jvm) {
    this.stand = stand;
    perfTest = new PerfTest(stand, jvm);
  }

  @Override
  public String label() {
    return LABEL;
  }

  @Override
  public String process() {
    return "publisher";
  }

  @Override
  public void prepare(OutboxTable.Content messages) {
    content = messages;
  }

  @Override
  public Publishing start() {
    var log = stand.log("perf-test");
    var running =
        new ChildPublishing(
            perfTest.publish(content.rows(), content.payloadBytes(), DrainBenchmark.WINDOW, log));
    return new Running(running, () -> PerfTest.average(log, "sending").ifPresent(ownRates::add));
  }

  /** What it says of each run, where it says something. */
  List<Double> ownRates() {
    return ownRates;
  }

  private record Running(Publishing publishing, Runnable ended) implements Publishing {
    @Override
    public List<Long> pids() {
      return publishing.pids();
    }

    @Override
    public void check() {
      publishing.check();
    }

    @Override
    public void end() {
      publishing.end();
      ended.run();
    }
  }
}
