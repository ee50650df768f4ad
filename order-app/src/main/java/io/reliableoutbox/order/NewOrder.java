package io.reliableoutbox.order;

import java.math.BigDecimal;
import java.util.List;

/** What a client wants to order, already checked. */
public record NewOrder(String customerId, String currency, List<OrderLine> lines) {
  public NewOrder {
    lines = List.copyOf(lines);
  }

  /** What all lines cost together, with two decimals. */
  public BigDecimal total() {
    return lines.stream().map(OrderLine::amount).reduce(new BigDecimal("0.00"), BigDecimal::add);
  }
}
