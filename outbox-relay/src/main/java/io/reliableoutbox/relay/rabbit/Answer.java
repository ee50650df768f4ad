package io.reliableoutbox.relay.rabbit;

import java.util.UUID;

/** What the broker said of published messages, in the order in which it said it. */
public sealed interface Answer {
  /** It took responsibility for the message (and all before it, where {@code multiple}). */
  record Ack(long sequence, boolean multiple) implements Answer {}

  /** It refused the message (and all before it, where {@code multiple}). */
  record Nack(long sequence, boolean multiple) implements Answer {}

  /** No queue took the message; its ack or nack comes as well. */
  record Returned(UUID messageId, String reason) implements Answer {}
}
