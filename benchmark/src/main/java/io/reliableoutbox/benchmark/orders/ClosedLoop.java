package io.reliableoutbox.benchmark.orders;

import io.reliableoutbox.benchmark.load.Threads;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.Callable;

/** Places the next order as soon as the last one is answered: for throughput, never for latency. */
record ClosedLoop(int connections, Duration time) {
  /** Orders a second. */
  double rate(int port) {
    Callable<Long> one = () -> orders(port);
    long orders =
        Threads.all(Collections.nCopies(connections, one)).stream().mapToLong(n -> n).sum();
    return orders * 1e9 / time.toNanos();
  }

  private long orders(int port) throws Exception {
    try (var connection = new OrderConnection(port)) {
      long end = System.nanoTime() + time.toNanos();
      long orders = 0;
      while (System.nanoTime() < end) {
        connection.place();
        orders++;
      }
      return orders;
    }
  }
}
