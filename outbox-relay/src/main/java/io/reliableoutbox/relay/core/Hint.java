package io.reliableoutbox.relay.core;

import java.util.ArrayList;
import java.util.List;

/** An aggregate of which a writer says that it has something new. It is believed to no extent. */
public record Hint(int bucket, long aggregateKey) {
  /**
   * Reads {@code bucket:key bucket:key ...}. Empty for what can't be read as such: that says no
   * more than "look now".
   */
  public static List<Hint> read(String names) {
    List<Hint> hints = new ArrayList<>();
    try {
      for (String name : names.split(" ", -1)) {
        int colon = name.indexOf(':');
        hints.add(
            new Hint(
                Integer.parseInt(name, 0, Math.max(0, colon), 10),
                Long.parseLong(name, colon + 1, name.length(), 10)));
      }
      return hints;
    } catch (NumberFormatException e) {
      return List.of();
    }
  }
}
