package io.reliableoutbox.consumer.order;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * An order as it was after a change, and which change it was.
 *
 * @param messageId of the event
 */
public record OrderEvent(
    UUID messageId,
    Change change,
    String orderId,
    String customerId,
    String currency,
    BigDecimal total,
    List<Line> lines,
    Instant occurredAt) {

  /** What happened to the order. */
  public enum Change {
    CREATED,
    PAID,
    SHIPPED,
    CANCELLED
  }

  /** So many of one article. */
  public record Line(String sku, long quantity, BigDecimal unitPrice) {}
}
