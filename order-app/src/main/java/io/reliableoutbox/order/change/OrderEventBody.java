package io.reliableoutbox.order.change;

import io.reliableoutbox.order.Order;
import io.reliableoutbox.order.OrderLine;
import io.reliableoutbox.order.OrderStatus;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** The body of an order event, member by member as in the schema. Money is text: "19.90". */
record OrderEventBody(
    UUID orderId,
    String customerId,
    long version,
    OrderStatus status,
    String currency,
    String total,
    List<Line> lines,
    String occurredAt) {
  record Line(String sku, int quantity, String unitPrice) {
    static Line of(OrderLine line) {
      return new Line(line.sku(), line.quantity(), line.unitPrice().toPlainString());
    }
  }

  static OrderEventBody of(Order order, Instant occurredAt) {
    return new OrderEventBody(
        order.id(),
        order.customerId(),
        order.version(),
        order.status(),
        order.currency(),
        order.total().toPlainString(),
        order.lines().stream().map(Line::of).toList(),
        occurredAt.toString());
  }
}
