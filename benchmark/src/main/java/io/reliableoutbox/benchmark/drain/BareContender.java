package io.reliableoutbox.benchmark.drain;

import io.reliableoutbox.benchmark.stand.Jvm;
import io.reliableoutbox.benchmark.stand.OutboxTable;
import io.reliableoutbox.benchmark.stand.Pause;
import io.reliableoutbox.benchmark.stand.Queues;
import io.reliableoutbox.benchmark.stand.Stand;
import io.reliableoutbox.benchmark.yardstick.BarePublisher;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** The minimal Java publisher. */
final class BareContender implements Contender {
  static final String LABEL = "bare Java publisher";

  private static final Duration WARM = Duration.ofMinutes(5);

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
    var publishing =
        new ChildPublishing(jvm.run("bare", program, Map.of(), stand.log("bare-publisher")));
    Pause.until("the bare publisher is warm", WARM, new Emptied(publishing));
    return publishing;
  }

  /** It has published what warms it, and has thrown it away. */
  private final class Emptied implements BooleanSupplier {
    private final Publishing publishing;
    private long before;

    Emptied(Publishing publishing) {
      this.publishing = publishing;
    }

    @Override
    public boolean getAsBoolean() {
      publishing.check();
      long now = stand.queues().ready();
      boolean emptied = now < before;
      before = now;
      return emptied;
    }
  }
}
