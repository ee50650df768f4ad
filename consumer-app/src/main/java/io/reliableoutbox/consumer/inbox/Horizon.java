package io.reliableoutbox.consumer.inbox;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * How far back an unknown event without a version may be applied. The inbox forgets what it applied
 * longer ago than its retention, which is not shorter than this: older than this, an unknown event
 * may be one that was applied and forgotten. (One with a version is stale then, by its progress.)
 *
 * @param clock an hour of skew matters only where retention and horizon are the same
 */
public record Horizon(Duration reach, InstantSource clock) {
  Optional<Failure> refusal(Event event) {
    Instant occurredAt = event.occurredAt();
    if (event.version() != null
        || occurredAt == null
        || !occurredAt.isBefore(clock.instant().minus(reach))) {
      return Optional.empty();
    }
    return Optional.of(
        new Failure.Forgotten(
            "it has no version and is of "
                + occurredAt
                + ": whether it was applied is not remembered for longer than "
                + reach.toDays()
                + " days"));
  }
}
