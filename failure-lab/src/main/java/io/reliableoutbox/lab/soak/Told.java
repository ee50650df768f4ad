package io.reliableoutbox.lab.soak;

import io.reliableoutbox.lab.fault.MemoryAlarm;
import io.reliableoutbox.lab.fault.Silent;
import io.reliableoutbox.lab.fault.Slow;
import io.reliableoutbox.lab.system.LabSystem;
import java.time.Duration;

/** The faults that stories tell, in a soak. Each makes sure itself that it took place. */
record Told(LabSystem system) implements Break {
  /** Each piece of at most 16 KiB: a few round trips in each second remain. */
  private static final Duration EACH = Duration.ofMillis(40);

  @Override
  public Struck strike(Fault fault) {
    return new Struck(true, told(fault).happen(system) + ", for " + fault.lastsMillis() + " ms");
  }

  @Override
  public void mend(Fault fault) {
    told(fault).heal(system);
  }

  private static io.reliableoutbox.lab.fault.Fault told(Fault fault) {
    var ends = fault.target().split(">", 2);
    return switch (fault.kind()) {
      case SILENCE -> Silent.bothWays(ends[0], ends[1]);
      case SLOW -> new Slow(ends[0], ends[1], EACH);
      case ALARM -> new MemoryAlarm();
      default -> throw new IllegalStateException("no story tells of " + fault.kind());
    };
  }
}
