package io.reliableoutbox.relay.outbox;

import io.reliableoutbox.relay.core.OutboxRow;

/**
 * A row as {@link Outbox#load} read it.
 *
 * @param due whether it may be sent now; false if it is parked, blocked, or its retry is not due
 * @param parked whether it waits for an operator
 */
public record LoadedRow(OutboxRow row, boolean due, boolean parked) {
  static final Object NO_MESSAGE = new Object();

  /** Whether the message was left out, because the load had become too large. */
  public boolean withoutMessage() {
    return row.message().equals(NO_MESSAGE);
  }
}
