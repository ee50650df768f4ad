package io.reliableoutbox.consumer.inbox;

import java.time.Duration;
import java.util.List;

/** Where messages come from and are acknowledged to: the only thing the inbox asks of a broker. */
public interface Deliveries {
  /**
   * Takes what is there, up to the limit; waits if there is nothing.
   *
   * @return a batch, empty if nothing came in time
   */
  Batch next(int limit, Duration wait) throws InterruptedException;

  /** Messages in the order of their delivery. */
  interface Batch {
    List<Received> messages();

    /**
     * Acknowledges all of them. Never throws: where the broker is gone, it delivers them again, and
     * they are duplicates.
     */
    void acknowledge();
  }
}
