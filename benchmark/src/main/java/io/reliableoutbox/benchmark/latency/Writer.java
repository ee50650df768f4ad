package io.reliableoutbox.benchmark.latency;

import io.reliableoutbox.benchmark.stand.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;

/**
 * A service that changes something in a transaction and tells of it: through the outbox, or by
 * publishing right after the commit. Not thread-safe.
 */
abstract class Writer implements AutoCloseable {
  private static final String CHANGE = "x".repeat(100);

  final Connection connection;
  private final Watch watch;
  private final PreparedStatement change;

  Writer(Sql sql, Watch watch) throws SQLException {
    this.connection = sql.connect();
    this.watch = watch;
    connection.setAutoCommit(false);
    change = connection.prepareStatement("insert into public.business (id, text) values (?, ?)");
  }

  /** The table of the changes. */
  static void prepare(Sql sql) {
    sql.run("create table if not exists public.business (id uuid primary key, text text)");
  }

  /** A late start counts as latency, the statements before the commit don't. */
  final void write(long latenessNanos) throws Exception {
    var id = UUID.randomUUID();
    change.setObject(1, id);
    change.setString(2, CHANGE);
    change.executeUpdate();
    beforeCommit(id);
    watch.committing(id, System.nanoTime() - latenessNanos);
    connection.commit();
    afterCommit(id);
  }

  abstract void beforeCommit(UUID id) throws Exception;

  abstract void afterCommit(UUID id) throws Exception;

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
