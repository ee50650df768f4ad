package io.reliableoutbox.lab.system;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;

/** Waiting between two looks at something that can't tell by itself. */
public final class Pause {
  private Pause() {}

  public static void millis(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureException("Interrupted.", e);
    }
  }
}
