package io.reliableoutbox.consumer.rabbit;

import com.rabbitmq.client.AMQP;
import io.reliableoutbox.consumer.inbox.DeadLetter;
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
    return envelope(properties, headers, origin(routing)).open(body);
  }

  private static Envelope envelope(
      AMQP.BasicProperties properties, Map<String, Object> headers, String origin) {
    return new Envelope(
        properties.getMessageId(),
        properties.getType(),
        occurredAt(headers.get("cloudEvents:time"), properties.getTimestamp()),
        headers,
        origin);
  }

  private static String origin(com.rabbitmq.client.Envelope routing) {
    return routing.getExchange() + "/" + routing.getRoutingKey();
  }

  /**
   * A message that the broker gave up on. It comes by the default exchange; where it was first
   * published to stands in a header of the broker's.
   */
  static Received deadLetter(
      com.rabbitmq.client.Envelope routing, AMQP.BasicProperties properties, byte[] body) {
    try {
      Map<String, Object> headers = plain(properties.getHeaders());
      Map<?, ?> death = firstDeath(headers.get("x-death"));
      Object key =
          death.get("routing-keys") instanceof List<?> keys && !keys.isEmpty() ? keys.get(0) : "";
      String origin = death.isEmpty() ? origin(routing) : death.get("exchange") + "/" + key;
      return new DeadLetter(
          envelope(properties, headers, origin).open(body),
          "the broker gave it up: " + reason(death));
    } catch (RuntimeException unreadable) {
      var bare = properties.builder().headers(Map.of()).build();
      return new DeadLetter(received(routing, bare, body), "the broker gave it up");
    }
  }

  // Anyone may write that header: PostgreSQL's text holds no NUL, and nobody reads more.
  private static String reason(Map<?, ?> death) {
    String reason = String.valueOf(death.get("reason"));
    return reason.substring(0, Math.min(reason.length(), 200)).replace('\0', '\uFFFD');
  }

  private static Map<?, ?> firstDeath(@Nullable Object deaths) {
    return deaths instanceof List<?> list
            && !list.isEmpty()
            && list.get(0) instanceof Map<?, ?> death
        ? death
        : Map.of();
  }

  /** About what it takes in memory while it waits; more than nothing. */
  static long size(AMQP.BasicProperties properties, byte[] body) {
    int headers = properties.getHeaders() == null ? 0 : properties.getHeaders().size();
    return 500L + 100L * headers + body.length;
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
