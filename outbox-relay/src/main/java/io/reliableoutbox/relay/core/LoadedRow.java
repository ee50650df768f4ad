package io.reliableoutbox.relay.core;

/**
 * A row as it was loaded with its aggregate's other first unsettled rows, all in one snapshot.
 *
 * @param due whether it may be sent now; false if it is parked, blocked, or its retry is not due
 * @param parked whether it waits for an operator
 */
public record LoadedRow(OutboxRow row, boolean due, boolean parked) {
  /** In place of a message that was left out, because the load had become too large. */
  public static final Object NO_MESSAGE = new Object();

  /** Whether the message came with it. */
  public boolean hasMessage() {
    return !row.message().equals(NO_MESSAGE);
  }

  boolean isSendable() {
    return due && hasMessage();
  }
}
