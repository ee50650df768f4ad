package io.reliableoutbox.lab.fault;

import io.reliableoutbox.lab.system.LabSystem;

/** The broker is out of memory, by its own measure, and blocks whoever publishes. */
public record MemoryAlarm() implements Fault {
  private static final int LOOKS = 10;

  @Override
  public String happen(LabSystem system) {
    system.rabbitmqctl("set_vm_memory_high_watermark", "0");
    boolean raised = false;
    // The broker measures its memory every few seconds.
    for (int look = 0; look < LOOKS && !raised; look++) {
      raised = system.rabbitmqctl("-q", "eval", "rabbit_alarm:get_alarms().").contains("memory");
    }
    Evidence.require(raised, this, "the broker shows no alarm");
    return "rabbitmqctl set_vm_memory_high_watermark 0: the broker raises its memory alarm";
  }

  @Override
  public String heal(LabSystem system) {
    system.rabbitmqctl("set_vm_memory_high_watermark", "0.4");
    return "rabbitmqctl set_vm_memory_high_watermark 0.4: the alarm is over";
  }
}
