package io.reliableoutbox.relay.core;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When a refused row is sent again, and when it is given up: exponential back-off with full jitter
 * in its upper half, parked once it has been refused {@code minAttempts} times and for {@code
 * parkAfter}.
 *
 * @param random not security relevant; only spreads retries
 */
public record RetryPolicy(
    Duration first, Duration longest, Duration parkAfter, int minAttempts, RandomGenerator random) {

  Mark judge(OutboxRow row, long epoch, String reason) {
    int attempts = row.attempts() + 1;
    if (attempts >= minAttempts && row.failingForNanos() >= parkAfter.toNanos()) {
      return new Mark.Park(row, epoch, reason);
    }
    return new Mark.Retry(row, epoch, reason, delay(attempts));
  }

  private Duration delay(int attempts) {
    long ceiling = Math.min(longest.toNanos(), first.toNanos() << Math.min(attempts - 1, 20));
    return Duration.ofNanos(ceiling / 2 + random.nextLong(ceiling / 2 + 1));
  }
}
