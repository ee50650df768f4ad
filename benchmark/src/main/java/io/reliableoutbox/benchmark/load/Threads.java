package io.reliableoutbox.benchmark.load;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/** Runs tasks at once, a thread each, and waits for all of them. */
public final class Threads {
  private Threads() {}

  /** What they returned, in order; the first failure is thrown. */
  public static <T> List<T> all(List<? extends Callable<T>> tasks) {
    var pool = Executors.newFixedThreadPool(tasks.size());
    try {
      var results = new ArrayList<T>();
      for (var future : pool.invokeAll(tasks)) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new InfrastructureException("The load broke off: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureException("Interrupted.", e);
    } finally {
      pool.shutdownNow();
    }
  }
}
