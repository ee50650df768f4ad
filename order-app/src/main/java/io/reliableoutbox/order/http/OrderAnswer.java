package io.reliableoutbox.order.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reliableoutbox.order.Order;
import io.reliableoutbox.order.OrderLine;
import io.reliableoutbox.order.OrderStatus;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An order as clients see it. Money is text: "19.90". What hasn't happened has no time. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OrderAnswer(
    UUID id,
    String customerId,
    OrderStatus status,
    long version,
    String currency,
    String total,
    List<Line> lines,
    String createdAt,
    @Nullable String paidAt,
    @Nullable String shippedAt,
    @Nullable String cancelledAt) {
  /** One line of it. */
  public record Line(String sku, int quantity, String unitPrice) {
    static Line of(OrderLine line) {
      return new Line(line.sku(), line.quantity(), line.unitPrice().toPlainString());
    }
  }

  static OrderAnswer of(Order order) {
    return new OrderAnswer(
        order.id(),
        order.customerId(),
        order.status(),
        order.version(),
        order.currency(),
        order.total().toPlainString(),
        order.lines().stream().map(Line::of).toList(),
        order.createdAt().toString(),
        text(order.paidAt()),
        text(order.shippedAt()),
        text(order.cancelledAt()));
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
