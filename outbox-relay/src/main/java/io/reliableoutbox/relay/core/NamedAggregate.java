package io.reliableoutbox.relay.core;

import java.util.ArrayList;
import java.util.List;

/** What a hint of a writer names. It is not trusted: it only says what to load. */
public record NamedAggregate(int bucket, long aggregateKey) {
  /**
   * Reads {@code bucket:key bucket:key ...}. Empty for what can't be read as such: that says no
   * more than "look now".
   */
  public static List<NamedAggregate> read(String names) {
    List<NamedAggregate> named = new ArrayList<>();
    try {
      for (String name : names.split(" ", -1)) {
        int colon = name.indexOf(':');
        named.add(
            new NamedAggregate(
                Integer.parseInt(name, 0, Math.max(0, colon), 10),
                Long.parseLong(name, colon + 1, name.length(), 10)));
      }
      return named;
    } catch (NumberFormatException e) {
      return List.of();
    }
  }
}
