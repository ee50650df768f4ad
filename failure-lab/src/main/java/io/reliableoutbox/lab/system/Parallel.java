package io.reliableoutbox.lab.system;

import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs tasks at once and waits for all of them; the first failure is then thrown. */
final class Parallel {
  private Parallel() {}

  static void run(Runnable... tasks) {
    var pool = Executors.newCachedThreadPool();
    try {
      var running = new ArrayList<Future<?>>();
      for (var task : tasks) {
        running.add(pool.submit(task));
      }
      for (var future : running) {
        future.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      pool.shutdown();
    }
  }
}
