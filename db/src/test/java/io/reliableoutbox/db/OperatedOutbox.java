package io.reliableoutbox.db;

import io.reliableoutbox.lab.infrastructure.TestDatabase;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A migrated database, with the test in the relay's place and an operator. */
final class OperatedOutbox implements AutoCloseable {
  static final String PASSWORD = "operator-password";
  final TestDatabase database =
      TestInfrastructure.freshDatabase(fresh -> Migrations.migrate(fresh.dataSource()));
  final JdbcClient owner = JdbcClient.create(database.dataSource());
  final JdbcClient operator;

  OperatedOutbox() {
    database.execute("alter role operator password '" + PASSWORD + "'");
    operator = JdbcClient.create(database.dataSource("operator", PASSWORD));
  }

  Connection connect(String role) throws SQLException {
    return role.equals("operator")
        ? database.dataSource("operator", PASSWORD).getConnection()
        : database.dataSource().getConnection();
  }

  void clear() {
    database.execute(
        "truncate ordering.outbox, ordering.outbox_delivery, ordering.outbox_audit, ordering.relay");
  }

  /** Events of an aggregate without versions, in these states. */
  List<UUID> unversioned(String aggregateId, String... states) {
    return Stream.of(states).map(state -> insert(aggregateId, null, state)).toList();
  }

  /** Events of an aggregate with versions from 1, in these states. */
  List<UUID> versioned(String aggregateId, String... states) {
    return IntStream.range(0, states.length)
        .mapToObj(n -> insert(aggregateId, n + 1, states[n]))
        .toList();
  }

  private UUID insert(String aggregateId, @Nullable Integer version, String state) {
    UUID id =
        owner
            .sql(
                """
                insert into ordering.outbox (aggregate_type, aggregate_id, aggregate_version, event_type, payload)
                values ('thing', :aggregate, :version, 'thing.changed', '{}') returning id
                """)
            .param("aggregate", aggregateId)
            .param("version", version, Types.BIGINT)
            .query(UUID.class)
            .single();
    mark(id, false, state);
    return id;
  }

  /** What a relay would make of an event, or of its copy. */
  void mark(UUID id, boolean copy, String state) {
    owner
        .sql(
            """
            update ordering.outbox_delivery d
            set state = :state,
                attempts = case when :state in ('RETRYING', 'PARKED') then 9 else 0 end,
                first_failed_at = case when :state in ('RETRYING', 'PARKED') then clock_timestamp() end,
                next_attempt_at = case when :state = 'RETRYING' then clock_timestamp() + interval '1 hour' end,
                last_error = case when :state in ('RETRYING', 'PARKED') then 'nack' end,
                settled_at = case when :state in ('PUBLISHED', 'SKIPPED') then clock_timestamp() end
            from ordering.outbox o
            where o.position = d.position and o.id = :id and d.copy = :copy
            """)
        .param("id", id)
        .param("copy", copy)
        .param("state", state)
        .update();
  }

  /** The states as they are stored; of a skipped event whose tombstone is on its way, with a +. */
  List<String> stored(List<UUID> ids) {
    return ids.stream().map(id -> stored(id, false)).toList();
  }

  List<String> copies(List<UUID> ids) {
    return ids.stream().map(id -> stored(id, true)).toList();
  }

  private String stored(UUID id, boolean copy) {
    return owner
        .sql(
            """
            select d.state || case when d.tombstone then '+' else '' end
            from ordering.outbox o join ordering.outbox_delivery d using (position)
            where o.id = :id and d.copy = :copy
            """)
        .param("id", id)
        .param("copy", copy)
        .query(String.class)
        .optional()
        .orElse("none");
  }

  String replay(UUID id) {
    return operator.sql("select ordering.replay(:id)").param("id", id).query(String.class).single();
  }

  String skip(UUID id) {
    return operator
        .sql("select ordering.skip(:id, 'a test')")
        .param("id", id)
        .query(String.class)
        .single();
  }

  /** What a query of the operator gives, as text, a value a row. */
  List<String> ask(String query) {
    return operator.sql(query).query((row, n) -> String.valueOf(row.getString(1))).list();
  }

  @Override
  public void close() {
    database.drop();
  }
}
