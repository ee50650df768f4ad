package io.reliableoutbox.relay.simulation;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** As {@code Errand}: work with the database beside the loop, which begins it and finishes it. */
final class SimulatedErrand {
  /** Ends with what the loop is to do with the result, or fails. */
  interface Work {
    void begin(Consumer<Runnable> done, Runnable failed);
  }

  private final SimulatedRelay relay;
  private boolean free = true;
  private boolean failed;
  private @Nullable Runnable result;

  SimulatedErrand(SimulatedRelay relay) {
    this.relay = relay;
  }

  boolean isFree() {
    return free;
  }

  void begin(Work work) {
    free = false;
    work.begin(done -> end(done, false), () -> end(() -> {}, true));
  }

  /** Does what is to be done with the result, if there is one; false if the work failed. */
  boolean finish() {
    Runnable done = result;
    if (done == null) {
      return true;
    }
    result = null;
    free = true;
    done.run();
    return !failed;
  }

  private void end(Runnable done, boolean hasFailed) {
    relay.process.after(
        Plan.TURN,
        () -> {
          result = done;
          failed = hasFailed;
          relay.wake();
        });
  }
}
