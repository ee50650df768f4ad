package io.reliableoutbox.lab.soak;

/** A way to break the running system. What it needs is this fault's alone meanwhile. */
interface Break {
  /** Breaks it, and makes sure that it is broken. */
  Struck strike(Fault fault);

  /** Mends it, and returns when it is whole again. */
  void mend(Fault fault);

  /**
   * What is left to do when others may break things again; a sentence about it, or empty.
   *
   * @param struck what the strike returned
   */
  default String afterwards(Fault fault, Struck struck) {
    return "";
  }

  /**
   * What really happened.
   *
   * @param tookPlace false where there was nothing to break at that moment; it doesn't count then
   */
  record Struck(boolean tookPlace, String what) {}
}
