package io.reliableoutbox.lab.proxy;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Threads that don't keep the lab alive; used again, since connections may come by hundreds. */
final class Threads {
  private static final ExecutorService POOL = Executors.newCachedThreadPool(Threads::daemon);

  private Threads() {}

  static void start(String name, Runnable work) {
    POOL.execute(
        () -> {
          Thread.currentThread().setName(name);
          work.run();
        });
  }

  private static Thread daemon(Runnable work) {
    var thread = new Thread(work, "proxy");
    thread.setDaemon(true);
    return thread;
  }
}
