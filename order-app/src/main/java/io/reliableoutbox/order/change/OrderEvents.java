package io.reliableoutbox.order.change;

import io.reliableoutbox.order.Order;
import io.reliableoutbox.order.OrderStatus;
import io.reliableoutbox.order.outbox.OutboxEvent;
import java.time.Instant;
import java.util.Map;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes the event that tells of an order's latest change. Its body follows
 * docs/contracts/order-event.schema.json and carries the whole order, so that a consumer needs no
 * other event and no call back.
 */
@Component
public class OrderEvents {
  private final MessageIds ids;
  private final JsonMapper json;

  public OrderEvents(MessageIds ids, JsonMapper json) {
    this.ids = ids;
    this.json = json;
  }

  /** The event of the change that led to this version. */
  public OutboxEvent of(Order order, Instant occurredAt) {
    return new OutboxEvent(
        ids.next(),
        "order",
        order.id().toString(),
        order.version(),
        typeOf(order.status()),
        json.writeValueAsString(OrderEventBody.of(order, occurredAt)),
        Map.of(),
        occurredAt);
  }

  // Each status is reached in one way, so the status after a change tells which change it was.
  private static String typeOf(OrderStatus status) {
    return switch (status) {
      case CREATED -> "order.created";
      case PAID -> "order.paid";
      case SHIPPED -> "order.shipped";
      case CANCELLED -> "order.cancelled";
    };
  }
}
