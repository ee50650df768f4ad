package io.reliableoutbox.consumer;

import com.rabbitmq.client.AMQP;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * A message that makes no sense, made from its seed: from pure noise to an order event with one
 * flaw. No two are the same.
 */
final class RandomMessage {
  private static final List<String> TYPES =
      List.of(
          "order.created", "order.paid", "order.shipped", "order.cancelled", "order.exploded", "");

  private final AMQP.BasicProperties properties;
  private final byte[] body;

  private RandomMessage(AMQP.BasicProperties properties, byte[] body) {
    this.properties = properties;
    this.body = body;
  }

  AMQP.BasicProperties properties() {
    return properties;
  }

  byte[] body() {
    return body;
  }

  static RandomMessage of(long seed) {
    var random = new Random(seed);
    var order = new UUID(random.nextLong(), random.nextLong());
    var properties = new AMQP.BasicProperties.Builder();
    if (random.nextInt(5) > 0) {
      String id = new UUID(random.nextLong(), random.nextLong()).toString();
      properties.messageId(random.nextInt(4) > 0 ? id : text(random, 200));
    }
    if (random.nextInt(5) > 0) {
      properties.type(
          random.nextInt(4) > 0 ? TYPES.get(random.nextInt(TYPES.size())) : text(random, 255));
    }
    if (random.nextBoolean()) {
      properties.timestamp(Date.from(Instant.ofEpochMilli(random.nextLong())));
    }
    properties
        .contentType(text(random, 50))
        .contentEncoding(random.nextBoolean() ? null : text(random, 20))
        .correlationId(random.nextBoolean() ? null : text(random, 60))
        .appId(random.nextBoolean() ? null : text(random, 60))
        .priority(random.nextInt(256))
        .deliveryMode(random.nextBoolean() ? 1 : 2);
    if (random.nextInt(6) > 0) {
      properties.headers(headers(random, order));
    }
    return new RandomMessage(properties.build(), body(random, order));
  }

  private static Map<String, Object> headers(Random random, UUID order) {
    Map<String, Object> headers = new HashMap<>();
    if (random.nextInt(4) > 0) {
      headers.put("aggregate_type", random.nextInt(5) > 0 ? "order" : value(random, 0));
      headers.put("aggregate_id", random.nextInt(5) > 0 ? order.toString() : value(random, 0));
      headers.put(
          "aggregate_version", random.nextInt(3) > 0 ? 1 + random.nextInt(9) : value(random, 0));
    }
    for (int i = random.nextInt(6); i > 0; i--) {
      headers.put("h" + text(random, 40), value(random, 0));
    }
    for (String name :
        List.of("traceparent", "cloudEvents:time", "replay", "x-death", "x-delivery-count")) {
      if (random.nextInt(8) == 0) {
        headers.put(name, value(random, 0));
      }
    }
    return headers;
  }

  private static Object value(Random random, int depth) {
    return switch (random.nextInt(depth > 3 ? 9 : 12)) {
      case 0 -> text(random, 300);
      case 1 -> random.nextInt();
      case 2 -> random.nextLong();
      case 3 -> finite(Double.longBitsToDouble(random.nextLong()));
      case 4 -> (float) finite(Float.intBitsToFloat(random.nextInt()));
      case 5 -> random.nextBoolean();
      case 6 -> new BigDecimal(random.nextInt(1 << 30)).movePointLeft(random.nextInt(200));
      case 7 -> Date.from(Instant.ofEpochMilli(random.nextLong() / 1_000_000));
      case 8 -> bytes(random, 100);
      case 9 -> nested(random, depth);
      case 10 -> new ArrayList<>(nested(random, depth).values());
      default -> (short) random.nextInt();
    };
  }

  // RabbitMQ closes the connection of whoever sends it anything else.
  private static double finite(double value) {
    return Double.isFinite(value) ? value : 0.5;
  }

  private static Map<String, Object> nested(Random random, int depth) {
    Map<String, Object> table = new HashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      table.put(text(random, 20), value(random, depth + 1));
    }
    return table;
  }

  private static byte[] body(Random random, UUID order) {
    return switch (random.nextInt(8)) {
      case 0 -> bytes(random, random.nextInt(20) == 0 ? 1 << 20 : 5000);
      case 1 -> ("\"" + text(random, 500).replace('"', 'q')).getBytes(StandardCharsets.UTF_8);
      case 2 -> "[".repeat(1 + random.nextInt(20_000)).getBytes(StandardCharsets.UTF_8);
      case 3 ->
          ("{\"orderId\": \"" + order + "\", \"n\": " + random.nextLong() + "}")
              .getBytes(StandardCharsets.UTF_8);
      case 4 -> ("null " + random.nextLong()).getBytes(StandardCharsets.UTF_8);
      default -> flawed(random, order).getBytes(StandardCharsets.UTF_8);
    };
  }

  /** An order event in which one thing is wrong. */
  private static String flawed(Random random, UUID order) {
    String whole =
        Publisher.body(new Publisher.Message(order, order, "CREATED", 1))
            .replace("customer-42", "customer-" + random.nextInt());
    return switch (random.nextInt(6)) {
      case 0 -> whole.replace("44.80", "1E999999999");
      case 1 -> whole.replace("EUR", "\u0000\ud83d\ude00");
      case 2 -> whole.replace("2026-11", "2026-13");
      case 3 ->
          whole.replace(
              "\"quantity\": 2", "\"quantity\": " + "9".repeat(1 + random.nextInt(5000)) + ".5");
      case 4 -> whole.substring(0, 1 + random.nextInt(whole.length() - 2));
      default -> whole.replace("\"lines\": [", "\"lines\": [" + random.nextInt() + ", ");
    };
  }

  private static String text(Random random, int limit) {
    // At most 4 bytes a character; short strings of the protocol have 255.
    var text = new StringBuilder();
    for (int i = random.nextInt(Math.max(1, Math.min(limit, 255) / 4)); i > 0; i--) {
      text.appendCodePoint(codePoint(random));
    }
    return text.toString();
  }

  private static int codePoint(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(32);
      case 1 -> 0x1f600 + random.nextInt(60);
      case 2 -> random.nextInt(0xd800);
      default -> 32 + random.nextInt(95);
    };
  }

  private static byte[] bytes(Random random, int limit) {
    byte[] bytes = new byte[8 + random.nextInt(limit)];
    random.nextBytes(bytes);
    return bytes;
  }
}
