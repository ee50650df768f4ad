package io.reliableoutbox.lab.proxy;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a proxy does at present to the bytes of all its connections. Thread-safe. */
final class Gate {
  private final Set<Direction> silent = EnumSet.noneOf(Direction.class);
  private @Nullable Direction cutting;
  private long bytesBeforeCut;
  private long held;
  private final AtomicLong slowed = new AtomicLong();
  private volatile Duration delay = Duration.ZERO;

  synchronized void silence(Set<Direction> directions) {
    held = 0;
    silent.addAll(directions);
  }

  synchronized void cutAfter(Direction direction, long bytes) {
    cutting = direction;
    bytesBeforeCut = bytes;
  }

  void slow(Duration each) {
    slowed.set(0);
    delay = each;
  }

  /** Pieces that had to wait since the slowness began. */
  long slowed() {
    return slowed.get();
  }

  synchronized void open() {
    silent.clear();
    cutting = null;
    delay = Duration.ZERO;
    notifyAll();
  }

  /** Bytes that came since the silence began and were not passed on while it lasted. */
  synchronized long held() {
    return held;
  }

  /** Waits until these bytes may go on. Returns how many do; if not all, the connection is cut. */
  int admit(Direction direction, int bytes) throws InterruptedException {
    var slow = delay;
    if (!slow.isZero()) {
      Thread.sleep(slow.toMillis());
      slowed.incrementAndGet();
    }
    synchronized (this) {
      if (silent.contains(direction)) {
        held += bytes;
      }
      while (silent.contains(direction)) {
        wait();
      }
      if (direction != cutting) {
        return bytes;
      }
      if (bytes <= bytesBeforeCut) {
        bytesBeforeCut -= bytes;
        return bytes;
      }
      cutting = null; // one connection is cut, not those after it
      return (int) bytesBeforeCut;
    }
  }
}
