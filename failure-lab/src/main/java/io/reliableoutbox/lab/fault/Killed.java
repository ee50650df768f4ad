package io.reliableoutbox.lab.fault;

import io.reliableoutbox.lab.system.LabSystem;

/** A process ended by SIGKILL: it says goodbye to nobody. */
public record Killed(String component) implements Fault {
  @Override
  public String happen(LabSystem system) {
    var target = system.component(component);
    long pid = target.pid();
    Evidence.require(pid != 0, this, component + " was not running");
    target.kill();
    Evidence.require(target.pid() == 0, this, "process " + pid + " lives");
    return "kill -9 " + pid + ": " + component + " is dead";
  }

  @Override
  public String heal(LabSystem system) {
    system.component(component).start();
    return component + " is started again, process " + system.component(component).pid();
  }
}
