package io.reliableoutbox.order;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An order as it is after its latest change. Its version starts at 1 and grows by one with each
 * change; the event of that change carries the same number.
 */
public record Order(
    UUID id,
    String customerId,
    OrderStatus status,
    long version,
    String currency,
    BigDecimal total,
    List<OrderLine> lines,
    Instant createdAt,
    @Nullable Instant paidAt,
    @Nullable Instant shippedAt,
    @Nullable Instant cancelledAt) {
  public Order {
    lines = List.copyOf(lines);
  }

  /** A new order in its first version. */
  public static Order place(UUID id, NewOrder wanted, Instant now) {
    return new Order(
        id,
        wanted.customerId(),
        OrderStatus.CREATED,
        1,
        wanted.currency(),
        wanted.total(),
        wanted.lines(),
        now,
        null,
        null,
        null);
  }

  /**
   * This order after a step.
   *
   * @throws IllegalStateException if the status doesn't allow the step
   */
  public Order after(OrderStep step, Instant now) {
    if (!step.isAllowedFrom(status)) {
      throw new IllegalStateException(step + " is not allowed in " + status);
    }
    return new Order(
        id,
        customerId,
        step.target(),
        version + 1,
        currency,
        total,
        lines,
        createdAt,
        step == OrderStep.PAY ? now : paidAt,
        step == OrderStep.SHIP ? now : shippedAt,
        step == OrderStep.CANCEL ? now : cancelledAt);
  }
}
