package io.reliableoutbox.consumer.inbox;

import java.util.UUID;

/**
 * A message that the broker gave up on, most likely because it ended the process each time. It is
 * parked without being tried once more; a person may have it replayed.
 *
 * @param why for people
 */
public record DeadLetter(Received message, String why) implements Received {
  @Override
  public UUID messageId() {
    return message.messageId();
  }

  @Override
  public String type() {
    return message.type();
  }

  @Override
  public Content content() {
    return message.content();
  }
}
