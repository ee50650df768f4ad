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

  boolean isSendable() {
    return due && !row.message().equals(NO_MESSAGE);
  }
}
