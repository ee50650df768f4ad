package io.reliableoutbox.lab.load;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Places orders at a fixed rate, whether or not earlier ones have been answered: a system that
 * slows down must not be spared by its own slowness. At most {@value #MAX_OPEN} customers are busy
 * at once; those turned away beyond that are counted. Thread-safe.
 */
public final class LoadGenerator {
  // An app that is away for half a minute at 60 orders a second. Many more would, by asking again,
  // take the processor's time that the app needs to come back.
  private static final int MAX_OPEN = 2_000;
  private static final Duration FLUSH = Duration.ofSeconds(1);

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final AtomicInteger busy = new AtomicInteger();
  private final AtomicLong turnedAway = new AtomicLong();
  private final ClientRecord record;
  private final Customer customer;
  private volatile boolean keepAsking = true;

  public LoadGenerator(OrderClient client, ClientRecord record) {
    this.record = record;
    customer = new Customer(client, record, () -> keepAsking, new Random());
    var unused =
        clock.scheduleAtFixedRate(
            record::flush, FLUSH.toMillis(), FLUSH.toMillis(), TimeUnit.MILLISECONDS);
  }

  public void start(double ordersPerSecond) {
    start(LoadShape.steady(ordersPerSecond));
  }

  public void start(LoadShape shape) {
    repeat(shape.rate(), () -> place(shape.changesPercent()));
    long begin = System.nanoTime();
    if (shape.burst() > 1) {
      repeat(
          shape.rate() * (shape.burst() - 1),
          () -> {
            long second = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
            if (second % LoadShape.BURST_PERIOD_SECONDS < LoadShape.BURST_SECONDS) {
              place(shape.changesPercent());
            }
          });
    }
  }

  private void repeat(double perSecond, Runnable work) {
    long nanos = (long) (1e9 / perSecond);
    var unused = clock.scheduleAtFixedRate(work, 0, nanos, TimeUnit.NANOSECONDS);
  }

  /** One more order. */
  public void place() {
    place(LoadShape.USUAL_CHANGES);
  }

  private void place(double changesPercent) {
    if (busy.incrementAndGet() > MAX_OPEN) {
      busy.decrementAndGet();
      turnedAway.incrementAndGet();
      return;
    }
    var unused =
        customer.shop(changesPercent).whenComplete((done, failure) -> busy.decrementAndGet());
  }

  public ClientRecord.Counts counts() {
    return record.counts();
  }

  public long turnedAway() {
    return turnedAway.get();
  }

  /** Open requests go on. */
  public void placeNoMore() {
    clock.shutdownNow();
  }

  /** Places no more, gives open requests until then to be answered, and closes the record. */
  public void stop(Duration limit) {
    clock.shutdownNow();
    long deadline = System.nanoTime() + limit.toNanos();
    while (busy.get() > 0 && System.nanoTime() < deadline) {
      io.reliableoutbox.lab.system.Pause.millis(50);
    }
    keepAsking = false;
    record.close();
  }
}
