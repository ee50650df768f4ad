package io.reliableoutbox.order.change;

import io.reliableoutbox.order.Order;

/** What came of a step that was asked for. */
public sealed interface Change {
  /** The order has a new version, and there is an event of it. */
  record Done(Order order) implements Change {}

  /** The step had happened before: nothing is written, there is no new event. */
  record AlreadyDone(Order order) implements Change {}

  /** The order's status forbids the step. */
  record Forbidden(Order order) implements Change {}

  /** There is no such order. */
  record NoSuchOrder() implements Change {}
}
