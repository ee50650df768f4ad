package io.reliableoutbox.consumer.inbox;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/**
 * Tells failures that are nobody's from those of a message: a deadlock, a serialisation failure, a
 * wait or a pause that was too long, a database that is away. The transaction is repeated and no
 * message's attempt is counted.
 */
final class Trouble {
  // Rolled back for another transaction's sake, lock not available in time.
  private static final Set<String> CONFLICTS = Set.of("40", "55P03");
  // Connection lost, resources used up, operator's intervention (a restart), the file system.
  private static final Set<String> OUTAGES = Set.of("08", "53", "57", "58");
  // Read-only, after a failover, until the pool has let go of the old primary. A prepared statement
  // that a pooler in transaction mode has left on another connection. Others of their class are a
  // statement's own.
  private static final Set<String> PASSING = Set.of("25006", "26000");
  // A statement, by the limit of its time or by an operator; a transaction that stood still.
  private static final Set<String> TOO_LONG = Set.of("57014", "25P03");

  private Trouble() {}

  static boolean isNobodysFailure(Throwable thrown) {
    return isConflict(thrown) || isOutage(thrown);
  }

  /** Two transactions in each other's way. */
  static boolean isConflict(Throwable thrown) {
    return thrown instanceof ConcurrencyFailureException
        || CONFLICTS.stream().anyMatch(sqlState(thrown)::startsWith);
  }

  /** No transaction can be had, or this one's outcome is unknown: then repeating finds out. */
  static boolean isOutage(Throwable thrown) {
    return thrown instanceof CannotCreateTransactionException
        // The rollback failed, or the commit for no reason of the data's: the connection is gone.
        || thrown instanceof TransactionSystemException
        || thrown instanceof DataAccessResourceFailureException
        || thrown instanceof TransientDataAccessResourceException
        || thrown instanceof RecoverableDataAccessException
        || saysOutage(sqlState(thrown));
  }

  /**
   * Nobody's failure the first time, but what is repeated may take too long again: for as long as
   * it does, if nobody counts.
   */
  static boolean tookTooLong(Throwable thrown) {
    return TOO_LONG.contains(sqlState(thrown));
  }

  private static boolean saysOutage(String sqlState) {
    return PASSING.contains(sqlState)
        || TOO_LONG.contains(sqlState)
        || OUTAGES.stream().anyMatch(sqlState::startsWith);
  }

  private static String sqlState(Throwable thrown) {
    for (@Nullable Throwable each = thrown; each != null; each = each.getCause()) {
      if (each instanceof SQLException e && e.getSQLState() != null) {
        return e.getSQLState();
      }
    }
    return "";
  }
}
