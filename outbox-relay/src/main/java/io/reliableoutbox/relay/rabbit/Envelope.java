package io.reliableoutbox.relay.rabbit;

import com.rabbitmq.client.AMQP;
import io.reliableoutbox.relay.core.OutboxRow;
import io.reliableoutbox.relay.outbox.OutboxMessage;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The message that an outbox row becomes: the same on every retry. docs/contracts/message.md has
 * the format; the CloudEvents names are those of its AMQP binding.
 */
final class Envelope {
  static final byte[] EMPTY = {};
  private static final int PERSISTENT = 2;
  private final String source;

  /** {@code schema} names the outbox in {@code cloudEvents:source}. */
  Envelope(String schema) {
    this.source = "/" + schema;
  }

  AMQP.BasicProperties properties(OutboxRow row, OutboxMessage message) {
    String id = row.id().toString();
    return new AMQP.BasicProperties.Builder()
        .messageId(id)
        .type(message.eventType())
        .timestamp(Date.from(message.occurredAt()))
        .appId("outbox-relay")
        .contentType("application/json")
        .deliveryMode(PERSISTENT)
        .headers(headers(row, message, id))
        .build();
  }

  private Map<String, @Nullable Object> headers(OutboxRow row, OutboxMessage message, String id) {
    Map<String, @Nullable Object> headers = new HashMap<>(32);
    headers.putAll(message.headers());
    headers.put("aggregate_type", message.aggregateType());
    headers.put("aggregate_id", message.aggregateId());
    if (message.aggregateVersion() != null) {
      headers.put("aggregate_version", message.aggregateVersion());
    }
    headers.put("cloudEvents:specversion", "1.0");
    headers.put("cloudEvents:id", id);
    headers.put("cloudEvents:source", source + "/" + message.aggregateType());
    headers.put("cloudEvents:type", message.eventType());
    headers.put("cloudEvents:subject", message.aggregateId());
    headers.put("cloudEvents:time", message.occurredAt().toString());
    if (row.tombstone()) {
      headers.put("skipped", true);
    }
    if (row.copy()) {
      headers.put("replay", true);
    }
    return headers;
  }
}
