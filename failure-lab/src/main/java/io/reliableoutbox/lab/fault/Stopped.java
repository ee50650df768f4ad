package io.reliableoutbox.lab.fault;

import io.reliableoutbox.lab.system.LabSystem;

/** A process ended in order, as for a new release: not by the kill -9 of a lost patience. */
public record Stopped(String component) implements Fault {
  @Override
  public String announcement() {
    return component + " is asked to stop";
  }

  @Override
  public String happen(LabSystem system) {
    var target = system.component(component);
    long pid = target.pid();
    Evidence.require(pid != 0, this, component + " was not running");
    target.stop();
    Evidence.require(target.pid() == 0, this, "process " + pid + " lives");
    if (system.isApp(component)) {
      int status = system.exitStatus(component);
      Evidence.require(system.stoppedInOrder(component), this, "it ended with status " + status);
    }
    return component + " (process " + pid + ") has stopped";
  }

  @Override
  public String heal(LabSystem system) {
    system.component(component).start();
    return component + " is started again, process " + system.component(component).pid();
  }
}
