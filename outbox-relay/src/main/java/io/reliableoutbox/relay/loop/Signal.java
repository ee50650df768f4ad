package io.reliableoutbox.relay.loop;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Wakes the one thread that waits on it; any number of wake-ups before a wait count as one. */
public final class Signal {
  private volatile boolean raised;
  private volatile @Nullable Thread waiter;

  /** Raises the signal; callable from any thread, never blocks. */
  public void raise() {
    if (!raised) {
      raised = true;
      LockSupport.unpark(waiter);
    }
  }

  /** Waits until the signal is raised or the time is over, and lowers it; says whether it was. */
  boolean await(Duration atMost) {
    waiter = Thread.currentThread();
    long deadline = System.nanoTime() + atMost.toNanos();
    long left = atMost.toNanos();
    while (!raised && left > 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(this, left);
      left = deadline - System.nanoTime();
    }
    boolean was = raised;
    raised = false;
    return was;
  }
}
