package io.reliableoutbox.benchmark.drain;

import io.reliableoutbox.benchmark.stand.OutboxTable;
import io.reliableoutbox.benchmark.stand.Sql;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.sql.SQLException;

/**
 * The scenes of the growth benchmark. Rows are put in all at once, past the trigger, with ids in
 * their order: ten million random ones take minutes.
 */
final class Scenes {
  private static final long CHUNK = 50_000;

  private Scenes() {}

  /** So many rows that were published long ago. */
  static Scene settled(long rows, int payloadBytes) {
    return stand -> {
      insert(stand.sql(), rows, rows, payloadBytes, "'PUBLISHED', clock_timestamp()");
      stand.sql().run("vacuum analyze ordering.outbox, ordering.outbox_delivery", "checkpoint");
      return () -> {};
    };
  }

  /**
   * A transaction that was open before so many rows were written and settled, and still is: no dead
   * entry of theirs can be vacuumed away.
   */
  static Scene settledBehindAnOpenTransaction(long rows, int payloadBytes) {
    return stand -> {
      var sql = stand.sql();
      var open = sql.connect();
      try {
        open.setAutoCommit(false);
        open.setTransactionIsolation(java.sql.Connection.TRANSACTION_REPEATABLE_READ);
        try (var statement = open.createStatement()) {
          statement.execute("select count(*) from ordering.outbox_bucket");
        }
      } catch (SQLException e) {
        throw new InfrastructureException("No transaction stays open: " + e.getMessage(), e);
      }
      insert(sql, rows, rows, payloadBytes, "'PENDING', null::timestamptz");
      for (long from = 1; from <= rows; from += CHUNK) {
        sql.run(
            "update ordering.outbox_delivery set state = 'PUBLISHED', settled_at = clock_timestamp() where position between %d and %d"
                .formatted(from, from + CHUNK - 1));
      }
      stand.outbox().settle();
      return () -> {
        try {
          open.close();
        } catch (SQLException e) {
          // It ends with its connection.
        }
      };
    };
  }

  /** A parked row, with so many of its aggregate blocked behind it. */
  static Scene parked(long blocked, int payloadBytes) {
    return stand -> {
      insert(stand.sql(), blocked + 1, 1, payloadBytes, "'BLOCKED', null::timestamptz");
      stand
          .sql()
          .run(
              """
              update ordering.outbox_delivery set state = 'PARKED', attempts = 9,
                first_failed_at = clock_timestamp(), last_error = 'nack by the broker'
              where position = 1
              """);
      stand.outbox().settle();
      return () -> {};
    };
  }

  private static void insert(
      Sql sql, long rows, long aggregates, int payloadBytes, String stateAndTime) {
    var rowsSql =
        """
        insert into ordering.outbox (id, aggregate_type, aggregate_id, aggregate_version, event_type, payload)
        select lpad(to_hex(n), 32, '0')::uuid, 'old', (n %% %2$d)::text, n / %2$d + 1, 'thing.changed', '%3$s'
        from generate_series(0::bigint, %1$d::bigint - 1) n
        """
            .formatted(rows, aggregates, OutboxTable.payload(payloadBytes));
    var deliveriesSql =
        """
        insert into ordering.outbox_delivery (position, bucket, aggregate_key, bytes, state, settled_at)
        select o.position, ordering.bucket_of(k.key), k.key, octet_length(o.payload::text), %s
        from ordering.outbox o
        cross join lateral (select ordering.aggregate_key(o.aggregate_type, o.aggregate_id)) k(key)
        """
            .formatted(stateAndTime);
    sql.run(
        "set session_replication_role = replica",
        rowsSql,
        deliveriesSql,
        "reset session_replication_role");
  }
}
