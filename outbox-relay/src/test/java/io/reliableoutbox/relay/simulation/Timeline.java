package io.reliableoutbox.relay.simulation;

import java.util.PriorityQueue;

/** Virtual time, in nanoseconds: nothing waits, whatever is due next happens next. */
final class Timeline {
  static final long MILLI = 1_000_000;
  static final long SECOND = 1000 * MILLI;

  private record Due(long at, long order, Runnable what) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return at == other.at ? Long.compare(order, other.order) : Long.compare(at, other.at);
    }
  }

  private final PriorityQueue<Due> due = new PriorityQueue<>(64);
  private long now;
  private long order;

  long now() {
    return now;
  }

  /** What is due at the same time happens in the order in which it was asked for. */
  void at(long time, Runnable what) {
    due.add(new Due(Math.max(now, time), order++, what));
  }

  void after(long delay, Runnable what) {
    at(now + delay, what);
  }

  /** Does what is due next; false if nothing is. */
  boolean step() {
    Due next = due.poll();
    if (next == null) {
      return false;
    }
    now = next.at;
    next.what.run();
    return true;
  }
}
