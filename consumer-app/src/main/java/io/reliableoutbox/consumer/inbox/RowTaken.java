package io.reliableoutbox.consumer.inbox;

import org.springframework.dao.ConcurrencyFailureException;

/**
 * Another process wrote an inbox row between this transaction's look and its write. Nobody's
 * failure: repeated, the transaction sees that row.
 */
final class RowTaken extends ConcurrencyFailureException {
  RowTaken(int rows) {
    super(rows + " inbox rows were written by another process meanwhile");
  }
}
