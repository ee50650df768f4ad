package io.reliableoutbox.benchmark.drain;

import io.reliableoutbox.benchmark.stand.Jvm;
import io.reliableoutbox.benchmark.stand.OutboxTable;
import io.reliableoutbox.benchmark.stand.Queues;
import io.reliableoutbox.benchmark.stand.Stand;
import io.reliableoutbox.benchmark.yardstick.BarePublisher;
import java.util.List;
import java.util.Map;

/** The minimal Java publisher. */
final class BareContender implements Contender {
  static final String LABEL = "bare Java publisher";

  private final Stand stand;
  private final Jvm jvm;
  private OutboxTable.Content content = new OutboxTable.Content(0, 0, 0);

  BareContender(Stand stand, Jvm jvm) {
    this.stand = stand;
    this.jvm = jvm;
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
    var program =
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            BarePublisher.class.getName(),
            stand.amqpUri(),
            Queues.EXCHANGE,
            "thing.changed",
            Long.toString(content.rows()),
            Integer.toString(content.payloadBytes()),
            Integer.toString(DrainBenchmark.WINDOW));
    return new ChildPublishing(jvm.run("bare", program, Map.of(), stand.log("bare-publisher")));
  }
}
