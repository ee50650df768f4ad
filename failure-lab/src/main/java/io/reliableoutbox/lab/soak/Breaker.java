package io.reliableoutbox.lab.soak;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.proxy.TcpProxy;
import io.reliableoutbox.lab.system.Component;

/**
 * Kills, restarts, freezes and cuts, and says what really happened: a fault that did not take place
 * is an error, not a success.
 */
record Breaker(Parts parts) implements Break {
  @Override
  public Struck strike(Fault fault) {
    Component target = parts.get(fault.target());
    long pid = target.pid();
    if (pid == 0) {
      return new Struck(false, "it is not running");
    }
    String lasting = ", for " + fault.lastsMillis() + " ms";
    return switch (fault.kind()) {
      case KILL -> {
        target.kill();
        require(target.pid() == 0, fault);
        yield new Struck(true, "pid " + pid + " is dead" + lasting);
      }
      case RESTART -> {
        target.stop();
        require(target.pid() == 0, fault);
        yield new Struck(true, "pid " + pid + stopped(fault.target()) + lasting);
      }
      case FREEZE -> {
        target.freeze();
        require(Parts.isStopped(pid), fault);
        yield new Struck(true, "pid " + pid + " is stopped" + lasting);
      }
      default -> cut(fault);
    };
  }

  @Override
  public void mend(Fault fault) {
    switch (fault.kind()) {
      case KILL, RESTART -> parts.start(fault.target());
      case FREEZE -> {
        if (parts.get(fault.target()).pid() == 0) {
          parts.start(fault.target());
        } else {
          parts.get(fault.target()).thaw();
        }
      }
      default -> {}
    }
  }

  /** Who does not stop within its time is killed: another fault, and told as that. */
  private String stopped(String target) {
    return parts.system().isApp(target) && !parts.system().stoppedInOrder(target)
        ? " did not stop in time and was killed"
        : " has stopped";
  }

  private Struck cut(Fault fault) {
    int connections =
        fault.target().equals("broker")
            ? parts.system().links().between("", "broker").stream().mapToInt(TcpProxy::cut).sum()
            : parts.system().cutDatabaseConnections("order_app")
                + parts.system().cutDatabaseConnections("outbox_relay")
                + parts.system().cutDatabaseConnections("consumer_app");
    return connections == 0
        ? new Struck(false, "no connection is open")
        : new Struck(true, connections + " connections are cut");
  }

  private static void require(boolean happened, Fault fault) {
    if (!happened) {
      throw new InfrastructureException("The fault did not happen: " + fault + ".");
    }
  }
}
