package io.reliableoutbox.consumer.inventory;

import io.reliableoutbox.consumer.order.OrderEvent;
import java.util.Map;
import java.util.TreeMap;

/** What an event asks of the stock: an order's articles, if it is created or cancelled. */
record StockChange(OrderEvent.Change change, String orderId, Map<String, Long> quantities) {

  static StockChange of(OrderEvent event) {
    Map<String, Long> quantities = new TreeMap<>();
    event.lines().forEach(line -> quantities.merge(line.sku(), line.quantity(), Long::sum));
    return new StockChange(event.change(), event.orderId(), quantities);
  }
}
