package io.reliableoutbox.consumer.inventory;

import io.reliableoutbox.consumer.inbox.Outcome;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The stock and reservations that a batch touches, in memory, so that the batch costs a handful of
 * statements. An order is reserved as a whole or not at all; nothing goes below zero.
 */
final class Shelf {
  static final Outcome RESERVED = new Outcome("RESERVED");
  static final Outcome OUT_OF_STOCK = new Outcome("OUT_OF_STOCK");
  static final Outcome UNKNOWN_SKU = new Outcome("UNKNOWN_SKU");
  static final Outcome RELEASED = new Outcome("RELEASED");
  static final Outcome NOTHING_RESERVED = new Outcome("NOTHING_RESERVED");
  private final Map<String, Long> available;
  private final Map<String, Map<String, Long>> reserved;

  /**
   * A shelf with what the database has.
   *
   * @param available by sku, of those that exist
   * @param reserved quantities by sku, by order
   */
  Shelf(Map<String, Long> available, Map<String, Map<String, Long>> reserved) {
    this.available = new TreeMap<>(available);
    this.reserved = new HashMap<>(reserved);
  }

  Outcome apply(StockChange change) {
    return switch (change.change()) {
      case CREATED -> reserve(change.orderId(), change.quantities());
      case CANCELLED -> release(change.orderId());
      case PAID, SHIPPED -> Outcome.NOTHING_TO_DO;
    };
  }

  private Outcome reserve(String orderId, Map<String, Long> quantities) {
    if (!available.keySet().containsAll(quantities.keySet())) {
      return UNKNOWN_SKU;
    }
    if (quantities.entrySet().stream().anyMatch(q -> left(q.getKey()) < q.getValue())) {
      return OUT_OF_STOCK;
    }
    quantities.forEach((sku, quantity) -> available.put(sku, left(sku) - quantity));
    reserved.put(orderId, quantities);
    return RESERVED;
  }

  private Outcome release(String orderId) {
    Map<String, Long> given = reserved.remove(orderId);
    if (given == null) {
      return NOTHING_RESERVED;
    }
    given.forEach((sku, quantity) -> available.put(sku, left(sku) + quantity));
    return RELEASED;
  }

  private long left(String sku) {
    return available.getOrDefault(sku, 0L);
  }

  Map<String, Long> available() {
    return available;
  }

  Map<String, Map<String, Long>> reserved() {
    return reserved;
  }
}
