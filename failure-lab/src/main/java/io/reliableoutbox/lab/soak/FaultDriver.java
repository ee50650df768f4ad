package io.reliableoutbox.lab.soak;

import io.reliableoutbox.lab.check.FaultWindow;
import io.reliableoutbox.lab.system.Pause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Carries out a plan. A fault has its target for itself from the strike until it is mended and up:
 * the next one of the same target waits for that, however long a start takes.
 */
final class FaultDriver {
  private final Map<FaultKind, Break> breaks;
  private final Consumer<String> say;
  private final FaultLog log = new FaultLog();
  private final Map<String, Lock> locks = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            var thread = new Thread(task, "fault");
            thread.setDaemon(true);
            return thread;
          });
  private final long begin = System.nanoTime();

  FaultDriver(Map<FaultKind, Break> breaks, Consumer<String> say) {
    this.breaks = breaks;
    this.say = say;
  }

  FaultLog log() {
    return log;
  }

  long millis() {
    return (System.nanoTime() - begin) / 1_000_000;
  }

  /** Carries out all of it, and returns what is to be waited for. */
  List<Future<?>> start(List<Fault> plan) {
    List<Future<?>> running = new ArrayList<>();
    plan.forEach(fault -> running.add(threads.submit(() -> carryOut(fault))));
    threads.shutdown();
    return running;
  }

  /** A fault that failed to happen, or to be mended, makes the run unusable. */
  static void join(List<Future<?>> running) {
    for (Future<?> fault : running) {
      try {
        fault.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
      }
    }
  }

  private void carryOut(Fault fault) {
    Pause.millis(Math.max(0, fault.atMillis() - millis()));
    Break how = breaks.get(fault.kind());
    if (how == null) {
      throw new IllegalStateException("nothing breaks by " + fault.kind());
    }
    // In the order of their names for everybody, so that nobody waits in a circle.
    List<Lock> needed =
        fault.kind().needs(fault.target()).stream().sorted().map(this::lock).toList();
    needed.forEach(Lock::lock);
    long from = millis();
    long to;
    Break.Struck struck;
    try {
      struck = how.strike(fault);
      say.accept(fault + ": " + struck.what());
      Pause.millis(fault.lastsMillis());
      how.mend(fault);
      // Before the next fault on this target can begin.
      to = millis();
    } finally {
      needed.forEach(Lock::unlock);
    }
    say.accept(fault + ": mended");
    String afterwards = how.afterwards(fault, struck);
    if (!afterwards.isEmpty()) {
      say.accept(fault + ": " + afterwards);
    }
    log.add(
        new FaultWindow(
            fault.toString(),
            fault.atMillis(),
            from,
            to,
            struck.tookPlace(),
            afterwards.isEmpty() ? struck.what() : struck.what() + "; " + afterwards));
  }

  private Lock lock(String part) {
    return locks.computeIfAbsent(part, name -> new ReentrantLock(true));
  }
}
