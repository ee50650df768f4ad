package io.reliableoutbox.consumer.order;

import io.reliableoutbox.consumer.inbox.Event;
import io.reliableoutbox.consumer.inbox.PermanentFailure;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads order events as docs/contracts describes them. Takes what it needs and lets fields that it
 * doesn't know pass; what it needs and can't use is a {@link PermanentFailure} that names the
 * field.
 */
public final class OrderEvents {
  private static final Map<String, OrderEvent.Change> CHANGES =
      Map.of(
          "order.created", OrderEvent.Change.CREATED,
          "order.paid", OrderEvent.Change.PAID,
          "order.shipped", OrderEvent.Change.SHIPPED,
          "order.cancelled", OrderEvent.Change.CANCELLED);
  private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");
  // Keeps "1E999999999" away, a number nobody could add up.
  private static final Pattern MONEY = Pattern.compile("[0-9]{1,18}\\.[0-9]{2}");
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private OrderEvents() {}

  /** Reads the event's body. */
  public static OrderEvent read(Event event) {
    OrderEvent.Change change = CHANGES.get(event.type());
    if (change == null) {
      throw new PermanentFailure("unknown event type '" + event.type() + "'");
    }
    JsonNode order = parse(event.content().body());
    String orderId = text(order, "orderId");
    if (!orderId.equals(event.aggregate().id())) {
      throw new PermanentFailure("orderId is not the message's aggregate_id");
    }
    return new OrderEvent(
        event.messageId(),
        change,
        orderId,
        text(order, "customerId"),
        matching(order, "currency", CURRENCY),
        money(order, "total"),
        lines(order.path("lines")),
        instant(order));
  }

  private static JsonNode parse(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (JacksonException e) {
      throw new PermanentFailure("the body is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static List<OrderEvent.Line> lines(JsonNode lines) {
    if (!lines.isArray() || lines.isEmpty()) {
      throw new PermanentFailure("lines must be a list with at least one line");
    }
    return IntStream.range(0, lines.size()).mapToObj(i -> line(lines.path(i))).toList();
  }

  private static OrderEvent.Line line(JsonNode line) {
    JsonNode quantity = line.path("quantity");
    if (!quantity.canConvertToInt() || !quantity.isIntegralNumber() || quantity.intValue() < 1) {
      throw new PermanentFailure("quantity must be a whole number from 1");
    }
    return new OrderEvent.Line(text(line, "sku"), quantity.intValue(), money(line, "unitPrice"));
  }

  private static BigDecimal money(JsonNode node, String field) {
    return new BigDecimal(matching(node, field, MONEY));
  }

  private static Instant instant(JsonNode order) {
    try {
      return Instant.parse(text(order, "occurredAt"));
    } catch (DateTimeParseException e) {
      throw new PermanentFailure("occurredAt is not a time", e);
    }
  }

  private static String matching(JsonNode node, String field, Pattern pattern) {
    String text = text(node, field);
    if (!pattern.matcher(text).matches()) {
      throw new PermanentFailure(field + " does not match " + pattern);
    }
    return text;
  }

  private static String text(JsonNode node, String field) {
    String text = node.path(field).isString() ? node.path(field).stringValue() : "";
    if (text.isBlank() || text.length() > 255 || text.chars().anyMatch(Character::isISOControl)) {
      throw new PermanentFailure(field + " must be a text of 1 to 255 printable characters");
    }
    return text;
  }
}
