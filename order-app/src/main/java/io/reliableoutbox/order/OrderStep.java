package io.reliableoutbox.order;

import static io.reliableoutbox.order.OrderStatus.CANCELLED;
import static io.reliableoutbox.order.OrderStatus.CREATED;
import static io.reliableoutbox.order.OrderStatus.PAID;
import static io.reliableoutbox.order.OrderStatus.SHIPPED;

import java.util.Set;

/**
 * What may happen to an order that exists. A step asked for again after it has happened is no
 * error, so that a client that got no answer can just repeat it.
 */
public enum OrderStep {
  PAY(PAID, Set.of(CREATED), Set.of(PAID, SHIPPED)),
  SHIP(SHIPPED, Set.of(PAID), Set.of(SHIPPED)),
  CANCEL(CANCELLED, Set.of(CREATED, PAID), Set.of(CANCELLED));

  private final OrderStatus target;
  private final Set<OrderStatus> from;
  private final Set<OrderStatus> doneIn;

  OrderStep(OrderStatus target, Set<OrderStatus> from, Set<OrderStatus> doneIn) {
    this.target = target;
    this.from = from;
    this.doneIn = doneIn;
  }

  /** The status that this step leads to. */
  public OrderStatus target() {
    return target;
  }

  /** Whether the step may be taken from this status. */
  public boolean isAllowedFrom(OrderStatus status) {
    return from.contains(status);
  }

  /** Whether an order in this status has had this step: a shipped order was paid. */
  public boolean hasHappenedIn(OrderStatus status) {
    return doneIn.contains(status);
  }
}
