package io.reliableoutbox.relay.simulation;

import org.jspecify.annotations.Nullable;

/** As {@code Signal}: wakes the one thread that waits on it. */
final class VirtualSignal {
  private final VirtualProcess process;
  private boolean raised;
  private @Nullable Wait waiting;

  private static final class Wait {
    final Runnable then;

    Wait(Runnable then) {
      this.then = then;
    }
  }

  VirtualSignal(VirtualProcess process) {
    this.process = process;
  }

  void raise() {
    if (!raised) {
      raised = true;
      if (waiting != null) {
        wakeAfter(0, waiting);
      }
    }
  }

  void await(long atMost, Runnable then) {
    waiting = new Wait(then);
    wakeAfter(raised ? 0 : atMost, waiting);
  }

  @SuppressWarnings("ReferenceEquality") // it may wait again by now
  private void wakeAfter(long delay, Wait wait) {
    process.after(
        delay,
        () -> {
          if (waiting == wait) {
            waiting = null;
            raised = false;
            wait.then.run();
          }
        });
  }
}
