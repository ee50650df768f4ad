package io.reliableoutbox.order;

import static io.reliableoutbox.order.OrderStatus.CANCELLED;
import static io.reliableoutbox.order.OrderStatus.CREATED;
import static io.reliableoutbox.order.OrderStatus.PAID;
import static io.reliableoutbox.order.OrderStatus.SHIPPED;

/**
 * What may happen to an order that exists. A step asked for again after it has happened is no
 * error, so that a client that got no answer can just repeat it.
 */
public enum OrderStep {
  PAY(PAID),
  SHIP(SHIPPED),
  CANCEL(CANCELLED);

  private final OrderStatus target;

  OrderStep(OrderStatus target) {
    this.target = target;
  }

  /** The status that this step leads to. */
  public OrderStatus target() {
    return target;
  }

  /** Whether the step may be taken from this status. */
  public boolean isAllowedFrom(OrderStatus status) {
    return switch (this) {
      case PAY -> status == CREATED;
      case SHIP -> status == PAID;
      case CANCEL -> status == CREATED || status == PAID;
    };
  }

  /** Whether an order in this status has had this step: a shipped order was paid. */
  public boolean hasHappenedIn(OrderStatus status) {
    return status == target || (this == PAY && status == SHIPPED);
  }
}
