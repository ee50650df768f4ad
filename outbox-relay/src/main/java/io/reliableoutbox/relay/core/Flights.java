package io.reliableoutbox.relay.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/**
 * What is with the broker, by route, and what must travel alone because the channel that it was on
 * died: the broker closes a channel for a message that it can't take, and doesn't say which one.
 */
final class Flights {
  private final Map<Long, Integer> suspects = new HashMap<>();
  private ConfirmTracker pipeline = new ConfirmTracker();
  private ConfirmTracker alone = new ConfirmTracker();
  private long tickets;

  Route routeOf(OutboxRow row) {
    return row.attempts() > 0 || suspects.containsKey(row.position())
        ? Route.ALONE
        : Route.PIPELINE;
  }

  void sent(Route route, OutboxRow row, long sequence, long epoch, long nowNanos) {
    tracker(route).sent(new InFlight(row, sequence, ++tickets, epoch, nowNanos));
  }

  List<InFlight> answered(Route route, long sequence, boolean multiple) {
    List<InFlight> answered = tracker(route).answered(sequence, multiple);
    answered.forEach(message -> suspects.remove(message.row.position()));
    return answered;
  }

  void returned(Route route, UUID messageId, String reason) {
    tracker(route).returned(messageId, reason);
  }

  /** Both channels are gone; {@code suspicious} if the broker closed one because of a message. */
  void lost(boolean suspicious) {
    if (suspicious) {
      for (InFlight message : pipeline.all()) {
        suspects.put(message.row.position(), message.row.bucket());
      }
    }
    pipeline = new ConfirmTracker();
    alone = new ConfirmTracker();
  }

  /** The channel for single messages is gone; returns the one that was on it, a suspect still. */
  List<InFlight> lostAlone() {
    List<InFlight> lost = new ArrayList<>(alone.all());
    alone = new ConfirmTracker();
    return lost;
  }

  /** Forgets who was suspect in buckets that are not {@code kept}. */
  void keepSuspects(IntPredicate kept) {
    suspects.values().removeIf(bucket -> !kept.test(bucket));
  }

  int size(Route route) {
    return tracker(route).size();
  }

  int size() {
    return pipeline.size() + alone.size();
  }

  boolean hasAnyIn(int bucket) {
    return Stream.of(pipeline, alone)
        .flatMap(tracker -> tracker.all().stream())
        .anyMatch(message -> message.row.bucket() == bucket);
  }

  long oldestSentAtNanos() {
    return Math.min(pipeline.oldestSentAtNanos(), alone.oldestSentAtNanos());
  }

  private ConfirmTracker tracker(Route route) {
    return route == Route.PIPELINE ? pipeline : alone;
  }
}
