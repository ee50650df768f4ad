package io.reliableoutbox.consumer.inbox;

/** A candidate and what becomes of it. */
record Decision<T>(Candidate<T> candidate, Verdict verdict) {
  boolean applies() {
    return verdict instanceof Verdict.Apply;
  }

  /** Whether its version's place is filled, so that the next version may follow. */
  boolean settles() {
    return applies() || verdict instanceof Verdict.Skip;
  }

  /** How often its effect has failed by now. */
  int attempts() {
    return candidate.attempts() + (effectFailed() ? 1 : 0);
  }

  private boolean effectFailed() {
    return !(verdict instanceof Verdict.Hold)
        && (candidate.failure() instanceof Failure.Passing
            || candidate.failure() instanceof Failure.Permanent);
  }
}
