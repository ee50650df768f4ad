package io.reliableoutbox.order.change;

import io.reliableoutbox.order.Order;

/** What came of a request to place an order. */
public sealed interface Placement {
  /** The order is new. */
  record Placed(Order order) implements Placement {}

  /** An earlier request with the same key and content made it. */
  record Repeated(Order order) implements Placement {}

  /** An earlier request used the key for something else. */
  record KeyReused() implements Placement {}
}
