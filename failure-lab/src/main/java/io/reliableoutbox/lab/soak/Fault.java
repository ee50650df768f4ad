package io.reliableoutbox.lab.soak;

/** One thing that is broken, as planned: when it begins and how long it lasts, in milliseconds. */
public record Fault(long atMillis, FaultKind kind, String target, long lastsMillis) {
  long endMillis() {
    return atMillis + lastsMillis;
  }

  @Override
  public String toString() {
    return kind.name().toLowerCase(java.util.Locale.ROOT) + " " + target;
  }
}
