package io.reliableoutbox.consumer;

import java.util.function.BooleanSupplier;

/** Told once, to all threads: finish what you hold and end. */
final class StopSignal implements BooleanSupplier {
  private volatile boolean given;

  void give() {
    given = true;
  }

  @Override
  public boolean getAsBoolean() {
    return given;
  }
}
