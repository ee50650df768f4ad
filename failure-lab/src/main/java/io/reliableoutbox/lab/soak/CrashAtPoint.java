package io.reliableoutbox.lab.soak;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.system.Component;
import io.reliableoutbox.lab.system.Pause;

/**
 * Starts a process again with a crash point, waits until it has ended there, leaves it dead for a
 * while and starts it without.
 */
record CrashAtPoint(Parts parts, ChildChaos chaos) implements Break {
  private static final long LIMIT_MILLIS = 60_000;

  @Override
  public Struck strike(Fault fault) {
    Component target = parts.get(fault.target());
    long before = chaos.halts(fault.target());
    target.stop();
    chaos.crashAt(fault.target(), fault.detail());
    try {
      target.start();
    } catch (InfrastructureException e) {
      // It may end there before it is ready; whether it did is looked at now.
      parts.console().say(fault.target() + ": " + e.getMessage());
    }
    for (long waited = 0; waited < LIMIT_MILLIS && target.pid() != 0; waited += 50) {
      Pause.millis(50);
    }
    boolean ended = chaos.ended(fault.target()) && chaos.halts(fault.target()) == before + 1;
    return ended
        ? new Struck(true, "it ended there, for " + fault.lastsMillis() + " ms")
        : new Struck(false, "it did not get there");
  }

  @Override
  public void mend(Fault fault) {
    parts.get(fault.target()).kill();
    chaos.crashAt(fault.target(), "");
    parts.start(fault.target());
  }
}
