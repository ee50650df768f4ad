package io.reliableoutbox.consumer.email;

import io.reliableoutbox.consumer.order.OrderEvent;
import java.util.UUID;

/** A mail to a customer about a change of an order. */
record Mail(UUID messageId, String smtpMessageId, String recipient, String subject, String body) {

  static Mail about(OrderEvent event) {
    String order = "Order " + event.orderId();
    return new Mail(
        event.messageId(),
        // The event's id: whoever gets the mail twice can tell, and so can a test.
        "<" + event.messageId() + "@reliable-outbox.example>",
        mailbox(event.customerId()) + "@customers.example",
        order + ": " + headline(event.change()),
        "%s: %s.%nTotal: %s %s%n"
            .formatted(order, headline(event.change()), event.total(), event.currency()));
  }

  private static String headline(OrderEvent.Change change) {
    return switch (change) {
      case CREATED -> "we have received it";
      case PAID -> "your payment has arrived";
      case SHIPPED -> "it is on its way";
      case CANCELLED -> "it is cancelled";
    };
  }

  /** Letters, digits and inner hyphens only: no customer id can address anybody else. */
  private static String mailbox(String customerId) {
    String safe = customerId.replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-|-$", "");
    return safe.isEmpty() ? "customer" : safe.substring(0, Math.min(safe.length(), 64));
  }
}
