package io.reliableoutbox.consumer.inbox;

import java.util.Comparator;

/** The thing whose events form a history: its type and id. Sorts, so that locks can be taken so. */
public record AggregateKey(String type, String id) implements Comparable<AggregateKey> {
  private static final Comparator<AggregateKey> BY_TYPE_AND_ID =
      Comparator.comparing(AggregateKey::type).thenComparing(AggregateKey::id);

  @Override
  public int compareTo(AggregateKey other) {
    return BY_TYPE_AND_ID.compare(this, other);
  }
}
