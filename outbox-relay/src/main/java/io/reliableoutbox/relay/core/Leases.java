package io.reliableoutbox.relay.core;

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

  boolean maySend(int bucket) {
    return epochs.containsKey(bucket) && !releasing.contains(bucket);
  }
}
