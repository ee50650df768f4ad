package io.reliableoutbox.relay.simulation;

/** A row of {@code outbox_delivery}. */
final class Row {
  static final long NEVER = Long.MIN_VALUE;
  final Event event;
  final boolean copy;
  final long key;
  State state = State.PENDING;
  int attempts;
  boolean tombstone;
  long firstFailedAt = NEVER;
  long nextAttemptAt = NEVER;
  long settledAt = NEVER;
  long replayedAt = NEVER;

  /** Statements that hold it {@code for share}. */
  int shared;

  boolean removed;

  /** When a copy was last asked for. */
  long askedAt;

  Row(Event event, boolean copy) {
    this.event = event;
    this.copy = copy;
    this.key = copy ? ~event.aggregate.key : event.aggregate.key;
  }

  boolean isVisible() {
    return !event.invisible && !removed;
  }

  /** The same values, to go back to. */
  Runnable saved() {
    State oldState = state;
    int oldAttempts = attempts;
    long oldFirstFailedAt = firstFailedAt;
    long oldNextAttemptAt = nextAttemptAt;
    long oldSettledAt = settledAt;
    return () -> {
      state = oldState;
      attempts = oldAttempts;
      firstFailedAt = oldFirstFailedAt;
      nextAttemptAt = oldNextAttemptAt;
      settledAt = oldSettledAt;
    };
  }

  void check() {
    boolean holds =
        state.isSettled() == (settledAt != NEVER)
            && (state == State.RETRYING) == (nextAttemptAt != NEVER)
            && (state != State.PARKED || firstFailedAt != NEVER)
            && !(copy && tombstone);
    Rule.CONSTRAINT.require(holds, () -> this + " has times that don't fit its state");
  }

  @Override
  public String toString() {
    return event + (copy ? " copy " : " ") + state + (tombstone ? " tombstone" : "");
  }
}
