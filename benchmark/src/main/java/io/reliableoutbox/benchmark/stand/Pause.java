package io.reliableoutbox.benchmark.stand;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting between two looks at something that can't tell by itself. */
public final class Pause {
  private static final long STEP_MILLIS = 100;

  private Pause() {}

  public static void millis(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureException("Interrupted.", e);
    }
  }

  /** Looks ten times a second, and fails where it takes longer than the limit. */
  public static void until(String what, Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new InfrastructureException(
            "Not within %d s: %s.".formatted(limit.toSeconds(), what));
      }
      millis(STEP_MILLIS);
    }
  }
}
