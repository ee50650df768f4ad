package io.reliableoutbox.benchmark.consume;

import io.reliableoutbox.benchmark.stand.AppProcess;
import io.reliableoutbox.benchmark.stand.Jvm;
import io.reliableoutbox.benchmark.stand.Pause;
import io.reliableoutbox.benchmark.stand.Stand;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One consumer of consumer-app, in a process of its own. */
final class AppConsumer implements Consuming {
  private static final Duration LAST_EFFECTS = Duration.ofSeconds(30);

  private final Stand stand;
  private final Jvm jvm;
  private final String consumer;
  private @Nullable AppProcess app;

  AppConsumer(Stand stand, Jvm jvm, String consumer) {
    this.stand = stand;
    this.jvm = jvm;
    this.consumer = consumer;
  }

  @Override
  public long start(long messages) {
    var started = stand.consumer(consumer, jvm);
    app = started;
    return started.pid();
  }

  @Override
  public void end(long messages) {
    try {
      Pause.until("all effects are there", LAST_EFFECTS, () -> applied() == messages);
    } finally {
      if (app != null) {
        app.close();
      }
    }
  }

  private long applied() {
    return stand
        .sql()
        .number(
            "select count(*) from consuming.inbox where consumer = '%s' and state = 'APPLIED'"
                .formatted(consumer));
  }
}
