package io.reliableoutbox.relay;

import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * A lock on a row's delivery, held by a session of its own: the relay publishes the row, and its
 * mark waits inside PostgreSQL, with the fence passed and the lease row locked.
 */
final class BlockedMark implements AutoCloseable {
  private final OutboxFixture outbox;
  private final Connection session;

  /** To be made before a relay can see the row, which is the only one so far. */
  BlockedMark(OutboxFixture outbox) throws SQLException {
    this.outbox = outbox;
    session = outbox.database.dataSource().getConnection();
    session.setAutoCommit(false);
    try (Statement statement = session.createStatement()) {
      statement.execute("select from ordering.outbox_delivery for update");
    }
  }

  /** Returns when a mark really waits for the lock, while it holds its lease row. */
  void awaitMark() {
    await().atMost(Duration.ofMinutes(2)).until(this::isMarkWaiting);
  }

  boolean isMarkWaiting() {
    return outbox
        .sql
        .sql(
            """
            select exists (
              select from pg_locks waiting
              join pg_stat_activity a using (pid)
              join pg_locks fence on fence.pid = waiting.pid
                and fence.relation = 'ordering.outbox_bucket'::regclass and fence.mode = 'RowShareLock' and fence.granted
              where not waiting.granted and a.usename = 'outbox_relay' and a.query like '%update outbox_delivery%')
            """)
        .query(Boolean.class)
        .single();
  }

  /** Lets the mark go on. */
  void release() throws SQLException {
    session.rollback();
  }

  @Override
  public void close() throws SQLException {
    session.close();
  }
}
