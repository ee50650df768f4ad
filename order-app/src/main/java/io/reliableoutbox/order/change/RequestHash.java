package io.reliableoutbox.order.change;

import io.reliableoutbox.order.NewOrder;
import io.reliableoutbox.order.OrderLine;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Tells whether two requests ask for the same order. It is made from what was understood, not from
 * the bytes: a client may send the members in another order, or 19.9 for "19.90".
 */
final class RequestHash {
  private RequestHash() {}

  /** SHA-256, in hex, over the fields; the separator is a character that no field can have. */
  static String of(NewOrder order) {
    var text = new StringBuilder().append(order.customerId()).append('\0').append(order.currency());
    for (OrderLine line : order.lines()) {
      text.append('\0').append(line.sku()).append('\0').append(line.quantity());
      text.append('\0').append(line.unitPrice().toPlainString());
    }
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(text.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
