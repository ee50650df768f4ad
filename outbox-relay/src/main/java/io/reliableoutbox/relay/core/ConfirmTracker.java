package io.reliableoutbox.relay.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What one channel has published and the broker has not answered yet, by publish sequence number.
 * Lives and dies with its channel: sequence numbers start again at 1 on the next one.
 *
 * <p>RabbitMQ answers a message that no queue took with {@code basic.return} and then an ack, and
 * the return carries no sequence number; so returns are found by message id (rabbitmq.com,
 * "Publisher Confirms"). An event and a copy of it may be in flight together, with the same id: the
 * return then counts for both.
 */
final class ConfirmTracker {
  private final TreeMap<Long, InFlight> bySequence = new TreeMap<>();

  void sent(InFlight message) {
    bySequence.put(message.sequence, message);
  }

  void returned(UUID messageId, String reason) {
    for (InFlight message : bySequence.values()) {
      if (message.row.id().equals(messageId)) {
        message.returned = reason;
      }
    }
  }

  /** Takes out what the broker answered; unknown sequence numbers are answered by nothing. */
  List<InFlight> answered(long sequence, boolean multiple) {
    Collection<InFlight> answered =
        multiple
            ? bySequence.headMap(sequence, true).values()
            : bySequence.subMap(sequence, true, sequence, true).values();
    List<InFlight> taken = new ArrayList<>(answered);
    answered.clear();
    return taken;
  }

  Collection<InFlight> all() {
    return bySequence.values();
  }

  int size() {
    return bySequence.size();
  }

  /** When the oldest unanswered message was sent, or {@link Long#MAX_VALUE} if there is none. */
  long oldestSentAtNanos() {
    return bySequence.isEmpty() ? Long.MAX_VALUE : bySequence.firstEntry().getValue().sentAtNanos;
  }
}
