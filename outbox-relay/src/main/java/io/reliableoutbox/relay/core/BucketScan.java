package io.reliableoutbox.relay.core;

/**
 * Where the search for candidates of one bucket goes on. The <em>tail</em> runs page by page to the
 * end and then starts again where it was a moment ago.
 *
 * <p>A transaction that commits late brings a row with a lower position, which the tail has passed.
 * So at each tick a <em>look back</em> runs beside it: every second one goes back two ticks, every
 * fourth one four, and so on. A row that was committed after a time t is found within about another
 * t.
 *
 * <p>None goes below the bucket's <em>floor</em>: nothing can be committed there any more, and a
 * search since then has seen that nothing waits there. So whatever lies dead in the index, because
 * some transaction keeps vacuum from it, is walked over hardly ever. What else may bring rows back
 * there (an operator, of whom no hint came) is found at every 1024th tick. Nothing is decided by
 * these numbers; they only say where to look.
 */
final class BucketScan {
  /** Every 256th look back starts at the floor. */
  static final int DEEPEST = 8;

  /** Every 1024th at the beginning. */
  private static final int EVERYTHING = 10;

  private static final long NONE = Long.MAX_VALUE;
  private final long[] last = new long[DEEPEST];
  private final long[] lastButOne = new long[DEEPEST];
  private int ticks;
  private long tail;
  private long highest;
  private long floor;
  private long lookBack = NONE;
  private long lookBackNext = NONE;

  /** Buckets tick out of step, so that their long look backs don't fall together. */
  BucketScan(int bucket) {
    ticks = bucket * 37;
  }

  long tail() {
    return tail;
  }

  boolean isLookingBack() {
    return lookBack != NONE;
  }

  long lookBack() {
    return lookBack;
  }

  /**
   * From {@code from} on the first row that waits is {@code first}, read when nothing more could
   * come below a position. Whatever becomes of that row, it is seen until it waits no more.
   */
  void read(long from, long first, long nothingMoreBelow) {
    if (from <= floor) {
      floor = Math.max(floor, Math.min(first, nothingMoreBelow));
    }
  }

  /** A page of the tail ended at {@code last}; one that is not full was the last of its pass. */
  void tailRead(long last, boolean full) {
    highest = Math.max(highest, last);
    tail = full ? last + 1 : Math.max(floor, lastButOne[0]);
  }

  void lookBackRead(long last, boolean full) {
    lookBack = full && last < highest ? last + 1 : NONE;
    if (lookBack == NONE) {
      lookBack = lookBackNext;
      lookBackNext = NONE;
    }
  }

  void tick() {
    int rarity = Integer.numberOfTrailingZeros(++ticks);
    int depth = Math.min(DEEPEST, rarity);
    if (rarity >= EVERYTHING) {
      floor = 0;
    }
    if (depth > 0) {
      lookBackFrom(Math.max(floor, depth == DEEPEST ? 0 : lastButOne[depth]));
    }
    for (int d = 0; d <= Math.min(depth, DEEPEST - 1); d++) {
      lastButOne[d] = last[d];
      last[d] = highest;
    }
  }

  /** Looks through everything once more. */
  void restart() {
    tail = 0;
    floor = 0;
  }

  private void lookBackFrom(long position) {
    if (lookBack == NONE) {
      lookBack = position;
    } else {
      lookBackNext = Math.min(lookBackNext, position);
    }
  }
}
