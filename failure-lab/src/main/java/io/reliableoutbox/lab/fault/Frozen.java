package io.reliableoutbox.lab.fault;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.system.LabSystem;
import io.reliableoutbox.lab.system.Pause;
import java.io.IOException;

/** A process stopped where it stands (SIGSTOP): it holds what it holds, and answers nothing. */
public record Frozen(String component) implements Fault {
  private static final int LOOKS = 50;

  @Override
  public String happen(LabSystem system) {
    var target = system.component(component);
    target.freeze();
    Evidence.require(stopped(target.pid()), this, "the process is not stopped");
    return "kill -STOP " + target.pid() + ": " + component + " stands still";
  }

  @Override
  public String heal(LabSystem system) {
    system.component(component).thaw();
    return "kill -CONT " + system.component(component).pid() + ": " + component + " goes on";
  }

  // The state that the kernel shows; a signal takes effect at once, but not in no time.
  private static boolean stopped(long pid) {
    for (int look = 0; look < LOOKS; look++) {
      if (state(pid).startsWith("T")) {
        return true;
      }
      Pause.millis(20);
    }
    return false;
  }

  private static String state(long pid) {
    try {
      var ps = new ProcessBuilder("ps", "-o", "stat=", "-p", Long.toString(pid)).start();
      return String.valueOf(ps.inputReader().readLine());
    } catch (IOException e) {
      throw new InfrastructureException("Can't run ps, which a freeze needs.", e);
    }
  }
}
