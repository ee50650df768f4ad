package io.reliableoutbox.relay.loop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One piece of work with the database at a time, on a thread of its own, so that messages flow
 * meanwhile. The loop begins it and finishes it; only the work itself runs on the other thread.
 */
final class Errand implements AutoCloseable {
  private final ExecutorService thread;
  private final Signal loop;
  private @Nullable CompletableFuture<Runnable> running;

  /** {@code loop} is raised whenever there is something to finish. */
  Errand(String name, Signal loop) {
    this.thread = Executors.newSingleThreadExecutor(work -> new Thread(work, name));
    this.loop = loop;
  }

  /** Whether nothing is under way or to be finished. */
  boolean isFree() {
    return running == null;
  }

  /** {@code work} does what takes time and returns what the loop is to do with the result. */
  @SuppressWarnings("FutureReturnValueIgnored") // what it throws is seen by finish
  void begin(Supplier<Runnable> work) {
    CompletableFuture<Runnable> begun = CompletableFuture.supplyAsync(work, thread);
    running = begun;
    begun.whenComplete((result, failure) -> loop.raise());
  }

  /**
   * Does what is to be done with the result, if there is one; throws what the work threw.
   *
   * @return whether something was finished
   */
  boolean finish() {
    if (running == null || !running.isDone()) {
      return false;
    }
    result(running).run();
    return true;
  }

  /** As {@link #finish}, but waits for the work that is under way. */
  void await() {
    if (running != null) {
      result(running).run();
    }
  }

  @Override
  public void close() {
    thread.shutdown();
  }

  private Runnable result(CompletableFuture<Runnable> done) {
    try {
      return done.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } finally {
      running = null;
    }
  }
}
