package io.reliableoutbox.lab.fault;

import io.reliableoutbox.lab.chaos.CrashPoint;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.soak.ChildChaos;
import io.reliableoutbox.lab.system.LabSystem;
import io.reliableoutbox.lab.system.Pause;

/**
 * A process that ends at a named point of its work, as by kill -9: it is started again with a
 * decorator on its class path that halts it there.
 *
 * @param passage at which passage of that point, from 1
 */
public record CrashedAt(String component, CrashPoint point, int passage) implements Fault {
  private static final int LOOKS = 1200;

  @Override
  public String announcement() {
    return "%s is started again, with a decorator that will end it at the point %s, passage %d"
        .formatted(component, point.text(), passage);
  }

  @Override
  public String happen(LabSystem system) {
    var chaos = new ChildChaos(system);
    var target = system.component(component);
    target.stop();
    chaos.crashAt(component, point.text() + ":" + passage);
    try {
      target.start();
    } catch (InfrastructureException e) {
      // It may get there before it says that it is ready. Whether it did is looked at now.
    }
    for (int look = 0; look < LOOKS && target.pid() != 0; look++) {
      Pause.millis(50);
    }
    Evidence.require(chaos.ended(component), this, "it did not end there");
    return component + " has ended there";
  }

  @Override
  public String heal(LabSystem system) {
    var chaos = new ChildChaos(system);
    chaos.crashAt(component, "");
    chaos.takeOff();
    system.component(component).start();
    return component + " is started again, without the crash point";
  }
}
