package io.reliableoutbox.relay.simulation;

/**
 * One SQL statement at READ COMMITTED, in the steps between which others may do something. One that
 * locks nothing is a lambda: what it sees and does is of one moment.
 */
interface Statement<T> {
  /** How often it takes its time. */
  default double slowness(Plan plan) {
    return plan.slowStatement;
  }

  /** Takes its snapshot. */
  default void begin() {}

  /** Has got its locks, and looked again at the rows it locked, as they are now. */
  default void lock() {}

  /** Looks again at the rows it changes, changes them, and lets its locks go. */
  T commit();
}
