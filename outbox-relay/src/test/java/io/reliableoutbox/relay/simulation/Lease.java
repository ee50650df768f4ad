package io.reliableoutbox.relay.simulation;

/** A row of {@code outbox_bucket}. */
final class Lease {
  static final int NOBODY = 0;
  int owner = NOBODY;
  long epoch;
  long expiresAt;

  /** Statements that hold it {@code for key share}. */
  int shared;

  boolean isHeld(int relay, long underEpoch) {
    return owner == relay && epoch == underEpoch;
  }
}
