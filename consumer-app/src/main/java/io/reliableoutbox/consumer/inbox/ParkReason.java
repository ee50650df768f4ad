package io.reliableoutbox.consumer.inbox;

/** Why a message waits for a person; {@code consuming.inbox.reason}. */
public enum ParkReason {
  /** Its envelope is incomplete. */
  MALFORMED,
  /** Its version was settled before, under another message id. */
  STALE,
  /** Its effect says that it can never be applied. */
  PERMANENT,
  /** Its effect failed after every delay. */
  RETRIES_USED_UP,
  /** The version before it did not come. */
  MISSING_PREDECESSOR,
  /** It has no version and is older than what the inbox is sure to remember. */
  BEYOND_HORIZON,
  /** It was tried too often without an end, most likely because it ended the process. */
  DELIVERY_LIMIT
}
