package io.reliableoutbox.consumer.inbox;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer's loop: take deliveries, settle them, acknowledge; now and then the retries that are
 * due, in turn with deliveries where they are many. All of it on one thread, so that an
 * acknowledgement can only cover what is committed.
 */
public final class InboxWorker implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(InboxWorker.class);
  private static final Duration RETRY_INTERVAL = Duration.ofMillis(500);
  private final Deliveries deliveries;
  private final Receiver receiver;
  private final int batchLimit;
  private final BooleanSupplier stopping;
  private long retriesLookedAt = System.nanoTime();
  private boolean moreIsDue;

  /**
   * A worker that runs until {@code stopping} and then once more through what was delivered.
   *
   * @param batchLimit messages in one transaction at most
   */
  public InboxWorker(
      Inbox<?> inbox,
      Deliveries deliveries,
      int batchLimit,
      MeterRegistry registry,
      Traces traces,
      BooleanSupplier stopping) {
    this.deliveries = deliveries;
    this.batchLimit = batchLimit;
    this.stopping = stopping;
    this.receiver =
        new Receiver(
            inbox, new Patience(stopping), new InboxMeters(registry, inbox.consumer()), traces);
  }

  @Override
  public void run() {
    try {
      while (receive() || !stopping.getAsBoolean()) {
        retry();
      }
    } catch (Patience.Stopped | InterruptedException stopped) {
      log.info("stopped before the last batch was committed; the broker delivers it again");
    }
  }

  /** Whether there was something. */
  private boolean receive() throws InterruptedException {
    Deliveries.Batch batch =
        deliveries.next(batchLimit, moreIsDue ? Duration.ZERO : RETRY_INTERVAL);
    if (batch.messages().isEmpty()) {
      return false;
    }
    int released = receiver.settle(new Work.Deliveries(batch.messages()));
    batch.acknowledge();
    moreIsDue |= released > 0;
    return true;
  }

  /** One batch; those that it lets go are due at once. */
  private void retry() {
    if (moreIsDue || System.nanoTime() - retriesLookedAt >= RETRY_INTERVAL.toNanos()) {
      moreIsDue = receiver.retryDue(batchLimit);
      retriesLookedAt = System.nanoTime();
    }
  }
}
