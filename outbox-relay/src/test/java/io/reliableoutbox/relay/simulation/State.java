package io.reliableoutbox.relay.simulation;

/** The states of {@code outbox_delivery}. */
enum State {
  PENDING,
  RETRYING,
  BLOCKED,
  PARKED,
  SKIPPED,
  PUBLISHED;

  boolean isSettled() {
    return this == SKIPPED || this == PUBLISHED;
  }

  /** Whether a relay may mark it, or block it. */
  boolean isOnItsWay() {
    return this == PENDING || this == RETRYING;
  }
}
