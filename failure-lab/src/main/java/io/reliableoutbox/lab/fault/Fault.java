package io.reliableoutbox.lab.fault;

import io.reliableoutbox.lab.system.LabSystem;

/** Something that can be broken, and mended. */
public interface Fault {
  /**
   * Breaks it, and makes sure of that.
   *
   * @return what happened, with its evidence, for people
   * @throws io.reliableoutbox.lab.infrastructure.InfrastructureException where it did not: what
   *     follows would prove nothing
   */
  String happen(LabSystem system);

  /** What is about to happen, for faults that take their time; empty for the others. */
  default String announcement() {
    return "";
  }

  /** Mends it, and returns what was done for that; empty where it is over by itself. */
  default String heal(LabSystem system) {
    return "";
  }
}
