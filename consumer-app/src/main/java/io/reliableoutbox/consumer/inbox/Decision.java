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
    return candidate.attempts() + (candidate.failure() == null || held() ? 0 : 1);
  }

  private boolean held() {
    return verdict instanceof Verdict.Hold;
  }
}
