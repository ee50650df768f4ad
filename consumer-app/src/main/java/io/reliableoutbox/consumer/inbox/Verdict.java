package io.reliableoutbox.consumer.inbox;

import java.time.Duration;

/** What becomes of one event of a batch. */
sealed interface Verdict {
  /** Its turn: the effect, and its version is settled. */
  record Apply() implements Verdict {}

  /** Its turn, but a tombstone: its version is settled without an effect. */
  record Skip() implements Verdict {}

  /** An earlier version of its aggregate is not settled. */
  record Hold() implements Verdict {}

  record Retry(Duration delay, String error) implements Verdict {}

  record Park(ParkReason reason, String error) implements Verdict {}
}
