package io.reliableoutbox.benchmark.yardstick;

import java.time.Instant;
import java.util.UUID;

/** The body of an event that consumer-app understands: docs/contracts. */
public final class Order {
  private static final int ARTICLES = 100;

  private Order() {}

  /** An order of one line; articles take turns. */
  public static String placed(UUID id) {
    return """
    {"orderId": "%s", "customerId": "customer-42", "version": 1, "status": "CREATED", \
    "currency": "EUR", "total": "39.80", "lines": [{"sku": "SKU-%d", "quantity": 2, \
    "unitPrice": "19.90"}], "occurredAt": "%s"}"""
        .formatted(id, Math.floorMod(id.getLeastSignificantBits(), ARTICLES) + 1, Instant.now());
  }
}
