package io.reliableoutbox.consumer.inbox;

/** What an effect was, in one word of the consumer's own, to be read in the ledger. */
public record Outcome(String word) {
  /** The event was a tombstone. */
  public static final Outcome SKIPPED = new Outcome("SKIPPED");

  /** The event is none of this consumer's business. */
  public static final Outcome NOTHING_TO_DO = new Outcome("NOTHING_TO_DO");
}
