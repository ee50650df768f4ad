package io.reliableoutbox.consumer.analytics;

import io.reliableoutbox.consumer.order.OrderEvent;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;

/** What one event, or several of the same day and currency, add to the figures. */
record Sale(
    Key key, long orders, BigDecimal revenue, long cancelledOrders, BigDecimal cancelledRevenue) {

  /** A row of the figures. Sorts, so that rows can be locked in one order. */
  record Key(LocalDate day, String currency) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      return Comparator.comparing(Key::day).thenComparing(Key::currency).compare(this, other);
    }
  }

  static Sale of(OrderEvent event) {
    var key = new Key(event.occurredAt().atZone(ZoneOffset.UTC).toLocalDate(), event.currency());
    return switch (event.change()) {
      case CREATED -> new Sale(key, 1, event.total(), 0, BigDecimal.ZERO);
      case CANCELLED -> new Sale(key, 0, BigDecimal.ZERO, 1, event.total());
      case PAID, SHIPPED -> new Sale(key, 0, BigDecimal.ZERO, 0, BigDecimal.ZERO);
    };
  }

  boolean isNothing() {
    return orders == 0 && cancelledOrders == 0;
  }

  Sale plus(Sale other) {
    return new Sale(
        key,
        orders + other.orders,
        revenue.add(other.revenue),
        cancelledOrders + other.cancelledOrders,
        cancelledRevenue.add(other.cancelledRevenue));
  }
}
