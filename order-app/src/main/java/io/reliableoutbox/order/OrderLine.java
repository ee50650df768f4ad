package io.reliableoutbox.order;

import java.math.BigDecimal;

/** So many of one thing at one price; the price has two decimals. */
public record OrderLine(String sku, int quantity, BigDecimal unitPrice) {
  /** What the line costs. */
  public BigDecimal amount() {
    return unitPrice.multiply(BigDecimal.valueOf(quantity));
  }
}
