package io.reliableoutbox.consumer.inbox;

import java.util.List;
import java.util.UUID;

/** What one transaction of the inbox is about. */
public sealed interface Work {
  /** The same, one message each. */
  List<? extends Work> singly();

  List<UUID> messageIds();

  int size();

  /** Messages from the broker. */
  record Deliveries(List<Received> messages) implements Work {
    @Override
    public List<Deliveries> singly() {
      return messages.stream().map(message -> new Deliveries(List.of(message))).toList();
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
    public List<Retries> singly() {
      return messageIds.stream().map(id -> new Retries(List.of(id))).toList();
    }

    @Override
    public int size() {
      return messageIds.size();
    }
  }
}
