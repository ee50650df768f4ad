package io.reliableoutbox.lab.soak;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.system.Component;
import io.reliableoutbox.lab.system.Console;
import io.reliableoutbox.lab.system.LabSystem;
import io.reliableoutbox.lab.system.Pause;
import java.io.IOException;

/** The system's parts by name, with what it takes to get them up again while others break. */
record Parts(LabSystem system, Console console) {
  private static final int STARTS = 5;

  Component get(String name) {
    return system.components().stream()
        .filter(component -> component.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new InfrastructureException("There is no component " + name + "."));
  }

  /**
   * Starts it until it is up, as a supervisor would: an app whose database is killed while it
   * starts gives up after a while, and that is right.
   */
  void start(String name) {
    Component part = get(name);
    for (int attempt = 1; ; attempt++) {
      try {
        part.start();
        return;
      } catch (InfrastructureException e) {
        if (attempt == STARTS || system.closing()) {
          throw e;
        }
        console.say(name + " is started again: " + e.getMessage());
        part.kill();
        Pause.millis(1000);
      }
    }
  }

  /** As the kernel shows it; a signal takes effect at once, but not in no time. */
  static boolean isStopped(long pid) {
    for (int look = 0; look < 50; look++) {
      try {
        var state =
            new ProcessBuilder("ps", "-o", "stat=", "-p", Long.toString(pid)).start().inputReader();
        if (String.valueOf(state.readLine()).startsWith("T")) {
          return true;
        }
      } catch (IOException e) {
        throw new InfrastructureException("Can't run ps, which a freeze needs.", e);
      }
      Pause.millis(20);
    }
    return false;
  }
}
