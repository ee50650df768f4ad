package io.reliableoutbox.relay.core;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What this relay may work on, as its last renewal left it.
 *
 * @param epochs epoch of each bucket owned
 * @param releasing those of them that are to be given up: nothing new is sent for them
 * @param deadlineNanos monotonic time after which nothing may be sent at all
 */
public record Leases(Map<Integer, Long> epochs, Set<Integer> releasing, long deadlineNanos) {
  /** Owns nothing. */
  public static final Leases NONE = new Leases(Map.of(), Set.of(), 0);

  /**
   * What a renewal left: all that is held, of which what is beyond the fair share is to be given
   * up. The leases count from before the renewal was sent, so they end here before they end in the
   * database.
   */
  public static Leases renewed(
      Map<Integer, Long> held, int fairShare, long sentAtNanos, Duration lease) {
    Set<Integer> beyond =
        held.keySet().stream().sorted().skip(fairShare).collect(Collectors.toUnmodifiableSet());
    // The tenth that is left is for what happens between the check and the write to the socket.
    return new Leases(Map.copyOf(held), beyond, sentAtNanos + lease.toNanos() / 10 * 9);
  }

  /** Those of the quiet buckets that can be given up now. */
  public Set<Integer> releasable(Set<Integer> quiet) {
    return quiet.stream().filter(releasing::contains).collect(Collectors.toUnmodifiableSet());
  }

  /** What is left when some are given up. */
  public Leases without(Set<Integer> released) {
    Map<Integer, Long> kept = new HashMap<>(epochs);
    kept.keySet().removeAll(released);
    Set<Integer> stillReleasing = new HashSet<>(releasing);
    stillReleasing.removeAll(released);
    return new Leases(Map.copyOf(kept), Set.copyOf(stillReleasing), deadlineNanos);
  }

  /** How many buckets went to another relay without being given up. */
  public long lostSince(Leases before) {
    return before.epochs.keySet().stream().filter(bucket -> !continues(before, bucket)).count();
  }

  /** Whether the bucket is owned without an interruption since {@code before}. */
  boolean continues(Leases before, int bucket) {
    return epochs.containsKey(bucket) && epochs.get(bucket).equals(before.epochs.get(bucket));
  }

  /** Whether the leases, by this machine's clock, are over. */
  boolean areOver(long nowNanos) {
    return epochs.isEmpty() || nowNanos - deadlineNanos >= 0;
  }

  /** Whether something new may be sent for the bucket. */
  boolean maySend(int bucket) {
    return epochs.containsKey(bucket) && !releasing.contains(bucket);
  }

  /** The epoch of a bucket, or -1 if it isn't owned. */
  long epoch(int bucket) {
    return epochs.getOrDefault(bucket, -1L);
  }

  /** The buckets for which something new may be sent, and might since {@code before}. */
  Set<Integer> sendableSince(Leases before) {
    Set<Integer> sendable = sendable();
    sendable.removeIf(bucket -> !before.maySend(bucket) || !continues(before, bucket));
    return sendable;
  }

  /** The buckets for which something new may be sent. */
  Set<Integer> sendable() {
    Set<Integer> sendable = new HashSet<>(epochs.keySet());
    sendable.removeAll(releasing);
    return sendable;
  }
}
