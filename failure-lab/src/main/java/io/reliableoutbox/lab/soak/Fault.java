package io.reliableoutbox.lab.soak;

/**
 * One thing that is broken, as planned.
 *
 * @param atMillis when it begins, from the start of the soak
 * @param lastsMillis how long it lasts, in milliseconds
 * @param detail for a crash the point and the passage, {@code after-publish:7}; else empty
 */
public record Fault(long atMillis, FaultKind kind, String target, long lastsMillis, String detail) {
  long endMillis() {
    return atMillis + lastsMillis;
  }

  @Override
  public String toString() {
    return kind.text() + " " + target + (detail.isEmpty() ? "" : " at " + detail);
  }
}
