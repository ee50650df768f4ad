package io.reliableoutbox.benchmark.load;

import io.reliableoutbox.benchmark.stand.Pause;
import io.reliableoutbox.benchmark.stand.Stand;
import java.time.Duration;

/** What waits anywhere between the commit and the consumers. */
public record Backlog(Stand stand) {
  private static final int ENDED = 20;

  /** Events that wait in the outbox, and messages in the longest queue. */
  public long events() {
    long queued =
        io.reliableoutbox.benchmark.stand.Queues.NAMES.stream()
            .mapToLong(stand.queues()::ready)
            .max()
            .orElse(0);
    return stand.outbox().waiting() + queued;
  }

  public void awaitEnd(Duration limit) {
    Pause.until("the backlog is gone", limit, () -> events() < ENDED);
  }

  /**
   * Looks at it halfway through a load and at its end: whether it grew by more than a quarter of
   * what a second brings.
   */
  public boolean grows(double eventsPerSecond, long halfway) {
    return events() - halfway > Math.max(ENDED, eventsPerSecond / 4);
  }
}
