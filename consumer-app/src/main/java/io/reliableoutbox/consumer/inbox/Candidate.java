package io.reliableoutbox.consumer.inbox;

import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event to be decided on: with what its effect read in it, or with why it failed.
 *
 * @param attempts how often its effect failed before
 */
record Candidate<T>(Event event, @Nullable T change, @Nullable Failure failure, int attempts) {

  /** Histories side by side, each in its order; events without a version stay as they came. */
  static <T> Comparator<Candidate<T>> byHistory() {
    return Comparator.comparing((Candidate<T> candidate) -> candidate.event().aggregate())
        .thenComparing(candidate -> Objects.requireNonNullElse(candidate.event().version(), 0L));
  }

  /** One that isn't even read. */
  static <T> Candidate<T> refused(Event event, Failure reason, int attempts) {
    return new Candidate<>(event, null, reason, attempts);
  }

  static <T> Candidate<T> of(Event event, Effect<T> effect, int attempts) {
    if (event.skipped()) {
      return new Candidate<>(event, null, null, attempts);
    }
    try {
      return new Candidate<>(event, effect.read(event), null, attempts);
    } catch (RuntimeException unreadable) {
      return new Candidate<>(event, null, Failure.of(unreadable), attempts);
    }
  }

  Candidate<T> failed(Failure reason) {
    return new Candidate<>(event, null, reason, attempts);
  }
}
