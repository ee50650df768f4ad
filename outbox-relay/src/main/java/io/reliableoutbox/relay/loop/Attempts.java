package io.reliableoutbox.relay.loop;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * When to connect to the broker again. The pauses grow until something is confirmed, and not only
 * until a connection stands: a message that kills each channel makes no hot loop. Not thread-safe.
 */
final class Attempts {
  private static final long LONGEST_PAUSE_MILLIS = 1000;
  private final LongSupplier clock;
  private final Duration confirmTimeout;
  private BackOffExecution backOff;
  private long nextAt;

  Attempts(Duration confirmTimeout, LongSupplier clock) {
    this.clock = clock;
    this.confirmTimeout = confirmTimeout;
    this.nextAt = clock.getAsLong();
    this.backOff = fresh();
  }

  boolean isDue() {
    return clock.getAsLong() - nextAt >= 0;
  }

  void failed() {
    nextAt = clock.getAsLong() + Duration.ofMillis(backOff.nextBackOff()).toNanos();
  }

  void confirmed() {
    backOff = fresh();
  }

  private BackOffExecution fresh() {
    ExponentialBackOff execution = new ExponentialBackOff(100, 2);
    // As long as a broker that is back may wait for its relays. Well within the lease, too: a relay
    // that only pauses must not lose its buckets, and with them what it knows of suspects.
    execution.setMaxInterval(Math.min(LONGEST_PAUSE_MILLIS, confirmTimeout.toMillis()));
    execution.setJitter(50);
    return execution.start();
  }
}
