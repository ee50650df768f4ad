package io.reliableoutbox.order.http;

import io.reliableoutbox.order.NewOrder;
import io.reliableoutbox.order.OrderLine;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Makes an order out of a client's JSON or says, field by field, why it is none. What it lets pass,
 * the database's checks and the event's schema let pass too. Unknown members are ignored.
 */
final class NewOrderReader {
  private static final int MOST_LINES = 100;
  private static final int MOST_PIECES = 1_000_000;
  private static final Set<String> CURRENCIES =
      Currency.getAvailableCurrencies().stream()
          .map(Currency::getCurrencyCode)
          .collect(Collectors.toUnmodifiableSet());

  private final FieldReader fields = new FieldReader();

  private NewOrderReader() {}

  static NewOrder read(JsonNode body) {
    return new NewOrderReader().order(body);
  }

  private NewOrder order(JsonNode body) {
    if (!body.isObject()) {
      throw new InvalidRequest("The body must be a JSON object.", List.of());
    }
    String customerId = fields.text(body.get("customerId"), "customerId", 100);
    List<OrderLine> lines = lines(body.get("lines"));
    String currency = currency(body.get("currency"));
    if (customerId == null || currency == null || !fields.errors().isEmpty()) {
      throw new InvalidRequest("The order has fields that can't be accepted.", fields.errors());
    }
    return new NewOrder(customerId, currency, lines);
  }

  private @Nullable String currency(@Nullable JsonNode node) {
    String code = fields.text(node, "currency", 3);
    if (code != null && !CURRENCIES.contains(code)) {
      fields.reject("currency", "must be a currency of ISO 4217, like EUR");
      return null;
    }
    return code;
  }

  private List<OrderLine> lines(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      fields.reject("lines", "is missing");
    } else if (!node.isArray()) {
      fields.reject("lines", "must be an array");
    } else if (node.isEmpty() || node.size() > MOST_LINES) {
      fields.reject(
          "lines", "must have 1 to %d elements, not %d".formatted(MOST_LINES, node.size()));
    } else {
      return lines(node, node.size());
    }
    return List.of();
  }

  private List<OrderLine> lines(JsonNode array, int size) {
    var lines = new ArrayList<OrderLine>(size);
    for (int i = 0; i < size; i++) {
      OrderLine line = line(array.get(i), "lines[" + i + "]");
      if (line != null) {
        lines.add(line);
      }
    }
    return lines;
  }

  private @Nullable OrderLine line(JsonNode node, String path) {
    if (!node.isObject()) {
      fields.reject(path, "must be an object");
      return null;
    }
    String sku = fields.text(node.get("sku"), path + ".sku", 64);
    Integer quantity = fields.integer(node.get("quantity"), path + ".quantity", 1, MOST_PIECES);
    BigDecimal unitPrice = fields.money(node.get("unitPrice"), path + ".unitPrice");
    return sku == null || quantity == null || unitPrice == null
        ? null
        : new OrderLine(sku, quantity, unitPrice);
  }
}
