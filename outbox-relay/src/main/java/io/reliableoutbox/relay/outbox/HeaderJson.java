package io.reliableoutbox.relay.outbox;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The row's headers as values that AMQP knows: string, boolean, long, double, void. Thread-safe.
 */
final class HeaderJson {
  private final JsonMapper json = JsonMapper.builder().build();

  Map<String, @Nullable Object> read(@Nullable String headers) {
    if (headers == null) {
      return Map.of();
    }
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    json.readTree(headers).properties().forEach(h -> values.put(h.getKey(), value(h.getValue())));
    return values;
  }

  private static @Nullable Object value(JsonNode node) {
    if (node.isNull()) {
      return null;
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    if (!node.isNumber()) {
      return node.stringValue();
    }
    BigDecimal number = node.decimalValue();
    try {
      return number.longValueExact();
    } catch (ArithmeticException noLong) {
      // The outbox takes numbers of up to 40 characters: they all fit a double.
      return number.doubleValue();
    }
  }
}
