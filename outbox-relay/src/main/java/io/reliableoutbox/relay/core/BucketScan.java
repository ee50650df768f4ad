package io.reliableoutbox.relay.core;

/**
 * Where the search for candidates of one bucket goes on. The <em>tail</em> runs page by page to the
 * end and then starts again at the floor, which lags one to two sweeps behind. A <em>sweep</em>
 * runs beside it from 0 to the end, because a transaction that commits late brings a row with a
 * lower position; neither holds the other up, however many rows have to wait. Nothing is decided by
 * these numbers; they only say where to look.
 */
final class BucketScan {
  private static final long NO_SWEEP = -1;
  private long tail;
  private long floor;
  private long highest;
  private long highestAtSweep;
  private long sweep = NO_SWEEP;

  long tail() {
    return tail;
  }

  boolean isSweeping() {
    return sweep != NO_SWEEP;
  }

  long sweep() {
    return sweep;
  }

  /** A page of the tail ended at {@code last}; one that is not full was the last of its pass. */
  void tailRead(long last, boolean full) {
    highest = Math.max(highest, last);
    tail = full ? last + 1 : floor;
  }

  void sweepRead(long last, boolean full) {
    sweep = full && last < highest ? last + 1 : NO_SWEEP;
  }

  /** Starts a sweep, unless one is still under way. */
  void startSweep() {
    if (!isSweeping()) {
      floor = highestAtSweep;
      highestAtSweep = highest;
      sweep = 0;
    }
  }

  void restart() {
    tail = 0;
    sweep = NO_SWEEP;
  }
}
