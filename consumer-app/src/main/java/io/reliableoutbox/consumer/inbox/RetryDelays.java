package io.reliableoutbox.consumer.inbox;

import java.time.Duration;
import java.util.List;

/** How long to wait after the first, second, ... failed attempt; after the last, park. */
public record RetryDelays(List<Duration> delays) {
  public RetryDelays {
    delays = List.copyOf(delays);
  }

  /** What becomes of an event that just failed, having failed {@code before} times already. */
  Verdict after(int before, Failure.Passing failure) {
    return before < delays.size()
        ? new Verdict.Retry(delays.get(before), failure.message())
        : new Verdict.Park(ParkReason.RETRIES_USED_UP, failure.message());
  }
}
