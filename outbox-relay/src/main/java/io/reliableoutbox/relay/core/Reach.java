package io.reliableoutbox.relay.core;

import java.util.Set;

/**
 * How far the outbox goes, and who may still commit something below that.
 *
 * @param end the highest position that was drawn
 * @param writers the transactions that have the outbox locked for writing, after {@code end} was
 *     read: their virtual ids, or, of prepared ones that the database has read again when it
 *     started, names that begin with {@link #READ_AGAIN}
 */
public record Reach(long end, Set<String> writers) {
  /** Such a transaction has lost its former name (MarkAsPreparingGuts in twophase.c). */
  public static final String READ_AGAIN = "-1/";

  boolean hasLostNames() {
    return writers.stream().anyMatch(writer -> writer.startsWith(READ_AGAIN));
  }
}
