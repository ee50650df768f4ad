package io.reliableoutbox.relay;

import java.util.concurrent.atomic.AtomicInteger;

/** A service that goes on inserting events, one a transaction, until it is closed. */
final class Writers implements AutoCloseable {
  private static final int AGGREGATES = 200;
  private final AtomicInteger written = new AtomicInteger();
  private final Thread thread;
  private volatile boolean stopped;
  private volatile RuntimeException failure;

  Writers(OutboxFixture outbox) {
    thread =
        new Thread(
            () -> {
              try {
                while (!stopped) {
                  outbox.insert("w" + written.get() % AGGREGATES, "thing.changed");
                  written.incrementAndGet();
                }
              } catch (RuntimeException e) {
                failure = e;
              }
            },
            "writer");
    thread.start();
  }

  /** Ends it and returns how many events it wrote; some, and none failed. */
  int stop() throws InterruptedException {
    stopped = true;
    thread.join();
    if (failure != null || written.get() == 0) {
      throw new IllegalStateException("the load is not what it was to be", failure);
    }
    return written.get();
  }

  @Override
  public void close() {
    stopped = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
