package io.reliableoutbox.lab.soak;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.system.Component;
import io.reliableoutbox.lab.system.LabSystem;
import io.reliableoutbox.lab.system.Pause;
import java.io.IOException;

/**
 * Breaks parts of the running system and mends them, and says what really happened: a fault that
 * did not take place is an error, not a success.
 */
record Breaker(LabSystem system) {
  /** Returns what happened. */
  String breakIt(Fault fault) {
    var target = component(fault.target());
    switch (fault.kind()) {
      case KILL -> {
        long pid = target.pid();
        require(pid != 0, fault);
        target.kill();
        require(target.pid() == 0, fault);
        return "pid " + pid + " is dead, for " + fault.lastsMillis() + " ms";
      }
      case FREEZE -> {
        target.freeze();
        require(isStopped(target.pid()), fault);
        return "pid " + target.pid() + " is stopped, for " + fault.lastsMillis() + " ms";
      }
      default -> {
        return cut(fault);
      }
    }
  }

  void mend(Fault fault) {
    switch (fault.kind()) {
      case KILL -> component(fault.target()).start();
      case FREEZE -> component(fault.target()).thaw();
      default -> {}
    }
  }

  private String cut(Fault fault) {
    int connections =
        fault.target().equals("broker")
            ? system.cutBrokerConnections()
            : system.cutDatabaseConnections("outbox_relay");
    if (connections == 0) {
      // The relays are dead or starting: not a fault, and not counted as one.
      return "no connection is open";
    }
    return connections + " connections are cut";
  }

  // The state that the kernel shows; a signal takes effect at once, but not in no time.
  private static boolean isStopped(long pid) {
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

  private Component component(String name) {
    return system.components().stream()
        .filter(component -> component.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new InfrastructureException("There is no component " + name + "."));
  }

  private static void require(boolean happened, Fault fault) {
    if (!happened) {
      throw new InfrastructureException("The fault did not happen: " + fault + ".");
    }
  }
}
