package io.reliableoutbox.lab.load;

import io.reliableoutbox.lab.system.Pause;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/** Waits until what was committed has been published, applied and mailed. */
public record Drain(DataSource inspector) {
  private static final int LOOK_SECONDS = 60;

  /** The latest events stand for all: earlier ones were sent before them. */
  private static final String OPEN =
      """
      select (select pending + copies_pending from ordering.outbox_lag)
             + (select count(*) from consuming.inbox where state in ('HELD', 'RETRYING'))
             + (select count(*) from consuming.email where state = 'PENDING')
             + count(*)
      from (select * from public.ledger order by position desc limit 2000) latest
      where email_applied_at is null
         or inventory_applied_at is null
         or analytics_applied_at is null
      """;

  /**
   * False where it has not drained within the limit, or the database doesn't answer. The last look
   * may outlast the limit by {@value #LOOK_SECONDS} seconds.
   */
  public boolean await(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    do {
      if (open() == 0) {
        return true;
      }
      Pause.millis(200);
    } while (System.nanoTime() < deadline);
    return false;
  }

  private long open() {
    try (var connection = inspector.getConnection();
        var statement = connection.createStatement()) {
      statement.setQueryTimeout(LOOK_SECONDS);
      try (var result = statement.executeQuery(OPEN)) {
        return result.next() ? result.getLong(1) : -1;
      }
    } catch (SQLException e) {
      return -1;
    }
  }
}
