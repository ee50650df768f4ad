package io.reliableoutbox.benchmark.drain;

import io.reliableoutbox.benchmark.stand.Jvm;
import io.reliableoutbox.benchmark.stand.OutboxTable;
import io.reliableoutbox.benchmark.stand.Stand;
import io.reliableoutbox.benchmark.yardstick.PerfTest;
import java.util.ArrayList;
import java.util.List;

/** RabbitMQ's own load generator, with messages like the relay's or with nothing but a body. */
final class PerfTestContender implements Contender {
  static final String LABEL = "PerfTest";
  static final String BODY_ONLY = "PerfTest, body only";

  private final Stand stand;
  private final PerfTest perfTest;
  private final boolean properties;
  private final List<Double> ownRates = new ArrayList<>();
  private OutboxTable.Content content = new OutboxTable.Content(0, 0, 0);

  PerfTestContender(Stand stand, Jvm jvm, boolean properties) {
    this.stand = stand;
    this.properties = properties;
    perfTest = new PerfTest(stand, jvm);
  }

  @Override
  public String label() {
    return properties ? LABEL : BODY_ONLY;
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
            perfTest.publish(
                content.rows(), content.payloadBytes(), DrainBenchmark.WINDOW, properties, log));
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
