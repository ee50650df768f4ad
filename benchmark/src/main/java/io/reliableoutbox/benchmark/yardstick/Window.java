package io.reliableoutbox.benchmark.yardstick;

import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Semaphore;

/** Bounds what is unconfirmed. One thread enters, the client's I/O thread answers. */
public final class Window {
  private final int size;
  private final Semaphore free;
  private final ConcurrentSkipListSet<Long> unconfirmed = new ConcurrentSkipListSet<>();

  public Window(int size) {
    this.size = size;
    free = new Semaphore(size);
  }

  public void enter(long sequence) throws InterruptedException {
    free.acquire();
    unconfirmed.add(sequence);
  }

  public void answered(long sequence, boolean multiple) {
    if (!multiple) {
      leave(sequence);
      return;
    }
    for (var first = unconfirmed.pollFirst(); first != null; first = unconfirmed.pollFirst()) {
      if (first > sequence) {
        unconfirmed.add(first);
        return;
      }
      free.release();
    }
  }

  /** A yardstick that lost messages would be none. */
  public void refused(long sequence, boolean multiple) {
    System.err.println("the broker refused message " + sequence);
    Runtime.getRuntime().halt(1);
  }

  public void awaitEmpty() throws InterruptedException {
    free.acquire(size);
    free.release(size);
  }

  int free() {
    return free.availablePermits();
  }

  private void leave(long sequence) {
    if (unconfirmed.remove(sequence)) {
      free.release();
    }
  }
}
