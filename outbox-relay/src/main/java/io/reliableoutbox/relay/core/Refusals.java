package io.reliableoutbox.relay.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Tells a row that the broker refuses from a broker that refuses everything. A refusal counts as
 * the row's own only once a message published after it was confirmed. If nothing published after it
 * is confirmed, it is an outage: no attempt is spent, the refused aggregates rest, and after {@link
 * #ENOUGH} of them only a slow probe goes out until something is confirmed again. Where little is
 * sent nothing may ever follow a row while it waits for its answer: so a row that is refused again,
 * after something was confirmed between the two, is refused for itself as well.
 */
final class Refusals {
  /** Refused aggregates in a row, without a confirm, that make it the broker's fault. */
  static final int ENOUGH = 8;

  private static final long FIRST_PAUSE_NANOS = 250_000_000L;
  private static final long LONGEST_PAUSE_NANOS = 10_000_000_000L;

  /** A refused message and what the broker said. */
  record Refusal(InFlight message, String reason) {}

  /** An aggregate that is left alone for a while. */
  record Rest(long aggregateKey, int bucket, long untilNanos) {}

  /** A refusal that nothing followed. */
  private record Earlier(long position, int bucket, long ticket) {}

  private final List<Refusal> undecided = new ArrayList<>();
  private final Map<Long, Rest> resting = new HashMap<>();
  private final Map<Long, Earlier> refusedBefore = new HashMap<>();
  // Aggregates, up to ENOUGH of them. Also over generations: only a confirm says that it is over.
  private final Set<Long> refusedInARow = new HashSet<>();
  private long lastConfirmed;
  private int fruitlessRounds;
  private long roundSinceNanos;
  private boolean paused;
  private long pausedUntilNanos;

  /** A message was refused; what it means may show only later, in {@link #takeOwn}. */
  void refused(InFlight message, String reason) {
    undecided.add(new Refusal(message, reason));
  }

  void confirmed(InFlight message) {
    lastConfirmed = Math.max(lastConfirmed, message.ticket);
    refusedBefore.remove(message.row.aggregateKey());
    refusedInARow.clear();
    fruitlessRounds = 0;
    paused = false;
  }

  /** Takes the refusals that are the rows' own: something published after them was confirmed. */
  List<Refusal> takeOwn() {
    List<Refusal> own = new ArrayList<>(undecided);
    own.removeIf(refusal -> !isOwn(refusal.message));
    undecided.removeAll(own);
    own.forEach(refusal -> refusedBefore.remove(refusal.message.row.aggregateKey()));
    return own;
  }

  private boolean isOwn(InFlight message) {
    Earlier before = refusedBefore.get(message.row.aggregateKey());
    if (before != null && before.position == message.row.position()) {
      return before.ticket < lastConfirmed;
    }
    return message.ticket < lastConfirmed;
  }

  /** Takes what stays undecided once nothing is in flight any more: that was an outage. */
  List<Refusal> takeOutage(long nowNanos) {
    List<Refusal> outage = new ArrayList<>(undecided);
    undecided.clear();
    if (outage.isEmpty()) {
      return outage;
    }
    // Refusals of one pause are one round: many aggregates refused in a short outage must not make
    // it a long one.
    if (!isOutage() || nowNanos - roundSinceNanos >= pause()) {
      fruitlessRounds++;
      roundSinceNanos = nowNanos;
    }
    long pause = pause();
    // Longer than the pause: whoever has not been refused yet is probed first.
    for (Refusal refusal : outage) {
      OutboxRow row = refusal.message.row;
      refusedBefore.put(
          row.aggregateKey(), new Earlier(row.position(), row.bucket(), refusal.message.ticket));
      resting.put(
          row.aggregateKey(), new Rest(row.aggregateKey(), row.bucket(), nowNanos + 2 * pause));
      if (refusedInARow.size() < ENOUGH) {
        refusedInARow.add(row.aggregateKey());
      }
    }
    if (refusedInARow.size() >= ENOUGH) {
      paused = true;
      pausedUntilNanos = nowNanos + pause;
    }
    return outage;
  }

  /** Takes the aggregates that have rested long enough: all of them once the outage is over. */
  List<Rest> takeRested(long nowNanos) {
    List<Rest> rested = new ArrayList<>(resting.values());
    rested.removeIf(rest -> isOutage() && rest.untilNanos - nowNanos > 0);
    rested.forEach(rest -> resting.remove(rest.aggregateKey));
    return rested;
  }

  boolean isResting(long aggregateKey) {
    return resting.containsKey(aggregateKey);
  }

  /** Whether sending waits: for answers that decide, or for the end of a pause. */
  boolean holdBack(long nowNanos) {
    return undecided.size() >= ENOUGH || (paused && nowNanos - pausedUntilNanos < 0);
  }

  private long pause() {
    return Math.min(LONGEST_PAUSE_NANOS, FIRST_PAUSE_NANOS << Math.min(fruitlessRounds - 1, 10));
  }

  boolean isOutage() {
    return fruitlessRounds > 0;
  }

  boolean concerns(int bucket) {
    return undecided.stream().anyMatch(refusal -> refusal.message.row.bucket() == bucket);
  }

  /** The channel is gone; what it refused is simply sent again. */
  void channelLost() {
    undecided.clear();
    refusedBefore.clear();
  }

  /** Forgets who was refused before in buckets that are not {@code kept}. */
  void keep(IntPredicate kept) {
    refusedBefore.values().removeIf(earlier -> !kept.test(earlier.bucket));
  }
}
