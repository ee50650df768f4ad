package io.reliableoutbox.lab.fault;

import io.reliableoutbox.lab.system.LabSystem;

/** A process ended in order, as for a new release. */
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
    return component + " (process " + pid + ") has stopped";
  }

  @Override
  public String heal(LabSystem system) {
    system.component(component).start();
    return component + " is started again, process " + system.component(component).pid();
  }
}
