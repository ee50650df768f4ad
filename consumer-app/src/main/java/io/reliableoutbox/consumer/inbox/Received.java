package io.reliableoutbox.consumer.inbox;

import java.util.UUID;

/**
 * A message as it arrived. Either its envelope can be understood, or it is parked as it is: nothing
 * that arrives is thrown away.
 */
public sealed interface Received permits Event, Malformed, DeadLetter {
  /** The outbox row's id; of a message without a usable one, made from its content. */
  UUID messageId();

  String type();

  Content content();
}
