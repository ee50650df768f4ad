package io.reliableoutbox.consumer.inbox;

import java.util.List;
import java.util.UUID;

/** What one transaction of the inbox is about. */
public sealed interface Work {
  /** The same in two parts, in order; there are two messages at least. */
  List<? extends Work> halves();

  List<UUID> messageIds();

  int size();

  /** Messages from the broker. */
  record Deliveries(List<Received> messages) implements Work {
    @Override
    public List<Deliveries> halves() {
      int middle = size() / 2;
      return List.of(
          new Deliveries(messages.subList(0, middle)),
          new Deliveries(messages.subList(middle, size())));
    }

    @Override
    public List<UUID> messageIds() {
      return messages.stream().map(Received::messageId).toList();
    }

    @Override
    public int size() {
      return messages.size();
    }
  }

  /** Rows of the inbox that are due. */
  record Retries(List<UUID> messageIds) implements Work {
    @Override
    public List<Retries> halves() {
      int middle = size() / 2;
      return List.of(
          new Retries(messageIds.subList(0, middle)),
          new Retries(messageIds.subList(middle, size())));
    }

    @Override
    public int size() {
      return messageIds.size();
    }
  }
}
