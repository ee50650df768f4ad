package io.reliableoutbox.relay.core;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

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
