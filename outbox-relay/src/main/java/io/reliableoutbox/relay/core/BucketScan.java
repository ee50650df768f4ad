package io.reliableoutbox.relay.core;

/**
 * Where the search for candidates of one bucket goes on. A pass runs page by page to the end and
 * then starts again at the floor, which lags one to two sweeps behind; every sweep starts at 0,
 * because a transaction that commits late brings a row with a lower position. Nothing is decided by
 * these numbers; they only say where to look.
 */
final class BucketScan {
  private long from;
  private long floor;
  private long highest;
  private long highestAtSweep;

  long from() {
    return from;
  }

  /** A page ended at {@code lastPosition}; a page that is not full was the last of its pass. */
  void read(long lastPosition, boolean full) {
    highest = Math.max(highest, lastPosition);
    from = full ? lastPosition + 1 : floor;
  }

  void sweep() {
    floor = highestAtSweep;
    highestAtSweep = highest;
    from = 0;
  }

  void restart() {
    from = 0;
  }
}
