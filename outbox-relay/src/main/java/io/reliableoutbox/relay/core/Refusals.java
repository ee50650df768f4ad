package io.reliableoutbox.relay.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells a row that the broker refuses from a broker that refuses everything. A refusal counts as
 * the row's own only once a message published after it was confirmed. If nothing published after it
 * is confirmed, it is an outage: no attempt is spent, the refused aggregates rest, and after {@link
 * #ENOUGH} of them only a slow probe goes out until something is confirmed again.
 */
final class Refusals {
  /** Refused aggregates in a row, without a confirm, that make it the broker's fault. */
  static final int ENOUGH = 8;

  private static final long FIRST_PAUSE_NANOS = 250_000_000L;
  private static final long LONGEST_PAUSE_NANOS = 10_000_000_000L;

  /** A refused message and what the broker said. */
  record Refusal(InFlight message, String reason) {}

  private final List<Refusal> undecided = new ArrayList<>();
  private final Map<Long, Long> restingUntilNanos = new HashMap<>();
  private long highestConfirmed;
  private int fruitlessRounds;
  private boolean paused;
  private long pausedUntilNanos;

  /** A message was refused; what it means may show only later, in {@link #takeOwn}. */
  void refused(InFlight message, String reason) {
    undecided.add(new Refusal(message, reason));
  }

  void confirmed(long sequence) {
    highestConfirmed = Math.max(highestConfirmed, sequence);
    fruitlessRounds = 0;
    paused = false;
  }

  /** Takes the refusals that are the rows' own: something published after them was confirmed. */
  List<Refusal> takeOwn() {
    List<Refusal> own = new ArrayList<>(undecided);
    own.removeIf(refusal -> refusal.message.sequence > highestConfirmed);
    undecided.removeAll(own);
    return own;
  }

  /** Takes what stays undecided once nothing is in flight any more: that was an outage. */
  List<Refusal> takeOutage(long nowNanos) {
    List<Refusal> outage = new ArrayList<>(undecided);
    undecided.clear();
    if (outage.isEmpty()) {
      return outage;
    }
    long pause =
        Math.min(LONGEST_PAUSE_NANOS, FIRST_PAUSE_NANOS << Math.min(fruitlessRounds++, 10));
    // Longer than the pause: whoever has not been refused yet is probed first.
    outage.forEach(r -> restingUntilNanos.put(r.message.row.aggregateKey(), nowNanos + 2 * pause));
    if (outage.size() >= ENOUGH) {
      paused = true;
      pausedUntilNanos = nowNanos + pause;
    }
    return outage;
  }

  void endRests(long nowNanos) {
    restingUntilNanos.values().removeIf(until -> until - nowNanos <= 0);
  }

  boolean isResting(long aggregateKey) {
    return restingUntilNanos.containsKey(aggregateKey);
  }

  /** Whether sending waits: for answers that decide, or for the end of a pause. */
  boolean holdBack(long nowNanos) {
    return undecided.size() >= ENOUGH || (paused && nowNanos - pausedUntilNanos < 0);
  }

  boolean isOutage() {
    return fruitlessRounds > 0;
  }

  boolean concerns(int bucket) {
    return undecided.stream().anyMatch(refusal -> refusal.message.row.bucket() == bucket);
  }

  /**
   * The channel is gone, and with it its sequence numbers; what it refused is simply sent again.
   */
  void channelLost() {
    undecided.clear();
    highestConfirmed = 0;
  }
}
