package io.reliableoutbox.benchmark.load;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Does something at a fixed rate, whatever became of what was done before. What is late is told how
 * late, so that a pause counts for all that it held up (no coordinated omission).
 */
public record OpenLoop(double perSecond, Duration duration) {
  /** One send. */
  public interface Send {
    /** {@code latenessNanos}: how long after its intended time it is called. */
    void send(long latenessNanos) throws Exception;
  }

  /** Returns how late the latest was, in nanoseconds. */
  public long run(Send send) throws Exception {
    long period = (long) (1e9 / perSecond);
    long sends = duration.toNanos() / period;
    long begin = System.nanoTime() + period;
    long latest = 0;
    for (long n = 0; n < sends; n++) {
      long intended = begin + n * period;
      waitUntil(intended);
      long lateness = Math.max(0, System.nanoTime() - intended);
      latest = Math.max(latest, lateness);
      send.send(lateness);
    }
    return latest;
  }

  private static void waitUntil(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
