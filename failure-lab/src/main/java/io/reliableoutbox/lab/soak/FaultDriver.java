package io.reliableoutbox.lab.soak;

import io.reliableoutbox.lab.check.FaultWindow;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.system.Pause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Carries out a plan. A fault has its target for itself from the strike until it is mended and up:
 * the next one of the same target waits for that, however long a start takes. One whose turn comes
 * when the time is up is left out. One that does not take place is told and not counted; a target
 * that does not come back is a violation.
 */
final class FaultDriver {
  private final Map<FaultKind, Break> breaks;
  private final Consumer<String> say;
  private final FaultLog log;
  private final Map<String, Lock> locks = new ConcurrentHashMap<>();
  private final List<String> notMended = new CopyOnWriteArrayList<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            var thread = new Thread(task, "fault");
            thread.setDaemon(true);
            return thread;
          });
  private final long begin = System.nanoTime();

  FaultDriver(Map<FaultKind, Break> breaks, FaultLog log, Consumer<String> say) {
    this.breaks = breaks;
    this.log = log;
    this.say = say;
  }

  FaultLog log() {
    return log;
  }

  /** What did not come back, a sentence each. */
  List<String> notMended() {
    return List.copyOf(notMended);
  }

  long millis() {
    return (System.nanoTime() - begin) / 1_000_000;
  }

  /** Carries out what of it can begin before the end, and returns what is to be waited for. */
  List<Future<?>> start(List<Fault> plan, long endMillis) {
    List<Future<?>> running = new ArrayList<>();
    plan.forEach(fault -> running.add(threads.submit(() -> carryOut(fault, endMillis))));
    threads.shutdown();
    return running;
  }

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

  private void carryOut(Fault fault, long endMillis) {
    // A log that is replayed may be longer than this run.
    Pause.millis(Math.max(0, Math.min(fault.atMillis(), endMillis) - millis()));
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
      if (from >= endMillis) {
        log.leaveOut(fault);
        return;
      }
      try {
        struck = strike(how, fault);
        say.accept(fault + ": " + struck.what());
        Pause.millis(fault.lastsMillis());
      } finally {
        // Whatever went wrong: it may be half broken.
        attempt(fault, () -> how.mend(fault));
      }
      // Before the next fault on this target can begin.
      to = millis();
    } finally {
      needed.forEach(Lock::unlock);
    }
    String what = struck.what() + afterwards(how, fault, struck);
    log.add(
        fault,
        new FaultWindow(fault.toString(), fault.atMillis(), from, to, struck.tookPlace(), what));
  }

  private static Break.Struck strike(Break how, Fault fault) {
    try {
      return how.strike(fault);
    } catch (RuntimeException e) {
      return new Break.Struck(false, sentence(e));
    }
  }

  private String afterwards(Break how, Fault fault, Break.Struck struck) {
    var told = new StringBuilder();
    attempt(
        fault,
        () -> {
          String afterwards = how.afterwards(fault, struck);
          if (!afterwards.isEmpty()) {
            say.accept(fault + ": " + afterwards);
            told.append("; ").append(afterwards);
          }
        });
    return told.toString();
  }

  private void attempt(Fault fault, Runnable mend) {
    try {
      mend.run();
    } catch (RuntimeException e) {
      String sentence = "mended after " + fault + ": " + sentence(e);
      say.accept("NOT " + sentence);
      notMended.add(sentence);
    }
  }

  private static String sentence(RuntimeException e) {
    return e instanceof InfrastructureException ? String.valueOf(e.getMessage()) : e.toString();
  }

  private Lock lock(String part) {
    return locks.computeIfAbsent(part, name -> new ReentrantLock(true));
  }
}
