package io.reliableoutbox.order.outbox;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * One event as it goes into {@code ordering.outbox}.
 *
 * @param id the message id; the same on every delivery
 * @param aggregateVersion 1, 2, 3 ... without gaps within the aggregate
 * @param eventType becomes the routing key
 * @param payload JSON, at most 1 MiB
 * @param headers further message headers
 */
public record OutboxEvent(
    UUID id,
    String aggregateType,
    String aggregateId,
    long aggregateVersion,
    String eventType,
    String payload,
    Map<String, String> headers,
    Instant occurredAt) {
  public OutboxEvent {
    headers = Map.copyOf(headers);
  }
}
