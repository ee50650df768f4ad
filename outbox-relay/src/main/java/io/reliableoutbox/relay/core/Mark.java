package io.reliableoutbox.relay.core;

import java.time.Duration;

/** What becomes of a row, to be written under the epoch in which it was sent. */
public sealed interface Mark {
  OutboxRow row();

  /** The epoch of the row's bucket when it was sent; the write is fenced by it. */
  long epoch();

  /** Acknowledged by the broker, and not returned. */
  record Published(OutboxRow row, long epoch) implements Mark {}

  /** Refused; to be sent again after a while. */
  record Retry(OutboxRow row, long epoch, String reason, Duration delay) implements Mark {}

  /** Refused for too long; waits for an operator, and its aggregate with it. */
  record Park(OutboxRow row, long epoch, String reason) implements Mark {}
}
