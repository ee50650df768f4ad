package io.reliableoutbox.benchmark.latency;

import io.reliableoutbox.benchmark.stand.Sql;
import io.reliableoutbox.order.outbox.WakeUpHint;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;

/** Through the outbox, with order-app's own hint after the commit. */
final class OutboxWriter extends Writer {
  private final PreparedStatement insert;
  private final Event event;
  private final WakeUpHint hint;

  /** {@code hint} may be shared, as it is among an app's requests. */
  OutboxWriter(Sql sql, Watch watch, Event event, WakeUpHint hint) throws SQLException {
    super(sql, watch);
    this.event = event;
    this.hint = hint;
    insert =
        connection.prepareStatement(
            """
            insert into ordering.outbox (id, aggregate_type, aggregate_id, aggregate_version, event_type, payload)
            values (?, ?, ?, 1, ?, ?::json)
            """);
  }

  static WakeUpHint hint(Sql sql) {
    var hint = new WakeUpHint(() -> sql.source().getConnection());
    hint.start();
    return hint;
  }

  @Override
  void beforeCommit(UUID id) throws SQLException {
    insert.setObject(1, id);
    insert.setString(2, event.aggregateType());
    insert.setString(3, id.toString());
    insert.setString(4, event.type());
    insert.setString(5, event.body().apply(id));
    insert.executeUpdate();
  }

  @Override
  void afterCommit(UUID id) {
    hint.give(event.aggregateType(), id.toString());
  }
}
