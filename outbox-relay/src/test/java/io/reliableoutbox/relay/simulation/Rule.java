package io.reliableoutbox.relay.simulation;

import java.util.function.Supplier;

/** What must hold in every schedule. Looked at from outside of the relay, where it happens. */
enum Rule {
  /** Nothing is marked without its own ack. */
  OWN_ACK,

  /** The first publication of each event of an aggregate comes in the order of positions. */
  ORDER,

  /** No row is marked by a relay that has lost its bucket. */
  FENCE,

  /** No attempt is spent on a row that was not refused alone. */
  ATTEMPT,

  /** What is settled and gone was published or skipped. */
  FORGOTTEN,

  /** Once faults stop, every row is settled, or stands behind one that can't be. */
  PROGRESS,

  /** Without a fault nothing is published twice. */
  ONCE,

  /** Without a fault nothing waits for long, also if no hint came, or the commit came late. */
  SOON,

  /** Who has nothing to do rests. */
  REST,

  /** The constraints of the table. */
  CONSTRAINT;

  void require(boolean holds, Supplier<String> broken) {
    if (!holds) {
      throw new Violation(this, broken.get());
    }
  }
}
