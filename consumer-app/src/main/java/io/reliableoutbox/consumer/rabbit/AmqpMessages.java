package io.reliableoutbox.consumer.rabbit;

import com.rabbitmq.client.AMQP;
import io.reliableoutbox.consumer.inbox.Envelope;
import io.reliableoutbox.consumer.inbox.Received;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries in the inbox's terms. Total: anything that can be delivered comes out as something.
 */
final class AmqpMessages {
  private AmqpMessages() {}

  static Received received(
      com.rabbitmq.client.Envelope routing, AMQP.BasicProperties properties, byte[] body) {
    Map<String, Object> headers = plain(properties.getHeaders());
    var envelope =
        new Envelope(
            properties.getMessageId(),
            properties.getType(),
            occurredAt(headers.get("cloudEvents:time"), properties.getTimestamp()),
            headers,
            routing.getExchange() + "/" + routing.getRoutingKey());
    return envelope.open(body);
  }

  /** The property has whole seconds only; the CloudEvents attribute has all of it. */
  private static @Nullable Instant occurredAt(@Nullable Object exact, @Nullable Date rough) {
    try {
      return OffsetDateTime.parse(String.valueOf(exact)).toInstant();
    } catch (DateTimeParseException none) {
      return rough == null ? null : rough.toInstant();
    }
  }

  private static Map<String, Object> plain(@Nullable Map<?, ?> table) {
    Map<String, Object> plain = new HashMap<>();
    if (table != null) {
      table.forEach((name, value) -> plain.put(String.valueOf(name), plain(value)));
    }
    return plain;
  }

  private static Object plain(@Nullable Object value) {
    if (value instanceof Number || value instanceof Boolean) {
      return value;
    }
    if (value instanceof Map<?, ?> table) {
      return plain(table);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(AmqpMessages::plain).toList();
    }
    if (value instanceof Date date) {
      return date.toInstant().toString();
    }
    // The client's long strings, and whatever else.
    return String.valueOf(value);
  }
}
