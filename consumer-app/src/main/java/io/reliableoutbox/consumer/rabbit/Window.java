package io.reliableoutbox.consumer.rabbit;

/**
 * How many deliveries may be out at once. Pure, thread-safe.
 *
 * <p>One, to begin with: a crash counts as a delivery for all that are out, so what was delivered
 * before is taken alone, until a message comes that never was. Then as many as their size allows:
 * the broker counts messages only, and 200 of them may be 20 KiB or 200 MiB.
 */
final class Window {
  // An average over about so many messages.
  private static final int MEMORY = 32;
  private final int most;
  private final long bytes;
  private double typical;
  private boolean proven;
  private int size = 1;

  /**
   * A window that is to hold this much.
   *
   * @param bytes what deliveries of the typical size may take
   */
  Window(int most, long bytes) {
    this.most = most;
    this.bytes = bytes;
  }

  /** A new channel: cautious again, with what is known about sizes. */
  synchronized void restart() {
    proven = false;
    size = 1;
  }

  synchronized int size() {
    return size;
  }

  /** Whether a message has come that was never delivered before. */
  synchronized boolean isProven() {
    return proven;
  }

  /**
   * A message has come.
   *
   * @return whether another size or {@link #isProven} should be heeded from now on
   */
  synchronized boolean delivered(boolean again, long messageBytes) {
    typical = typical == 0 ? messageBytes : typical + (messageBytes - typical) / MEMORY;
    if (again && !proven) {
      return false;
    }
    boolean news = !proven;
    proven = true;
    int wanted = (int) Math.max(1, Math.min(most, (long) (bytes / Math.max(1, typical))));
    // Each change costs two calls: not for little.
    if (wanted >= 2L * size || wanted <= size / 2 || (wanted == most && size < most)) {
      size = wanted;
      return true;
    }
    return news;
  }
}
