package io.reliableoutbox.lab.infrastructure;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Waits until a server answers, and no longer than its process lives. */
final class Await {
  private static final long STEP_MILLIS = 20;

  private Await() {}

  /** An attempt to use the server, which throws as long as it doesn't answer. */
  @FunctionalInterface
  interface Probe<T> {
    T attempt() throws Exception;
  }

  static <T> T answer(String what, @Nullable ChildProcess process, Duration limit, Probe<T> probe) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      try {
        return probe.attempt();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InfrastructureException("Interrupted while " + what + " started.", e);
      } catch (Exception e) {
        if (process != null && !process.alive()) {
          throw new InfrastructureException(
              what + " ended while it started: " + process.lastLine(), e);
        }
        if (System.nanoTime() > deadline) {
          throw new InfrastructureException(
              what + " did not answer within " + limit.toSeconds() + " s.", e);
        }
        pause();
      }
    }
  }

  static void pause() {
    try {
      Thread.sleep(STEP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureException("Interrupted.", e);
    }
  }
}
