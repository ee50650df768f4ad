package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.relay.core.Reach;
import io.reliableoutbox.relay.outbox.Outbox;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may still commit a row below what is committed already: PostgreSQL's locks tell. */
class ReachIT {
  private static final String INSERT =
      "insert into ordering.outbox (aggregate_type, aggregate_id, event_type, payload) "
          + "values ('thing', 'late', 'thing.changed', '{}')";
  private OutboxFixture outbox;

  @BeforeEach
  void start() {
    outbox = new OutboxFixture();
  }

  @AfterEach
  void stop() {
    outbox.close();
  }

  @Test
  void a_transaction_is_named_from_its_insert_until_its_end() throws SQLException {
    try (Connection writer = open()) {
      run(writer, "select count(*) from ordering.outbox");
      assertThat(reach().writers()).as("it only reads").isEmpty();
      run(writer, INSERT);
      outbox.insert("other", "thing.changed");
      Reach open = reach();
      assertThat(open.end()).isEqualTo(2);
      assertThat(open.writers()).as("the other one's has ended").hasSize(1);
      writer.commit();
      assertThat(reach().writers()).isEmpty();
    }
  }

  @Test
  void a_transaction_is_named_that_has_a_position_and_no_transaction_id_yet() throws Exception {
    outbox.insert("other", "thing.changed");
    try (Connection lock = open();
        Connection writer = open()) {
      run(lock, "select pg_advisory_xact_lock(7)");
      Thread inserting = new Thread(() -> insertSlowly(writer));
      inserting.start();
      await().until(() -> reach().end() == 2);
      assertThat(transactionIds()).as("a snapshot's oldest id would not tell of it").isZero();
      assertThat(reach().writers()).hasSize(1);
      lock.commit();
      inserting.join();
      assertThat(reach().writers()).isEmpty();
    }
  }

  @Test
  void a_prepared_transaction_keeps_its_name() throws SQLException {
    try (Connection writer = open()) {
      run(writer, INSERT);
      Reach open = reach();
      run(writer, "prepare transaction 'late'");
      assertThat(reach().writers()).hasSize(1).isEqualTo(open.writers());
    } finally {
      outbox.sql.sql("rollback prepared 'late'").update();
    }
    assertThat(reach().writers()).isEmpty();
  }

  // Takes its position first, then waits for its payload.
  private static void insertSlowly(Connection writer) {
    try {
      run(
          writer,
          INSERT.replace(
              "'{}'", "(select '{}'::json from (select pg_advisory_xact_lock(7)) waiting)"));
      writer.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Connection open() throws SQLException {
    Connection connection = outbox.database.dataSource().getConnection();
    connection.setAutoCommit(false);
    return connection;
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long transactionIds() {
    return outbox
        .sql
        .sql(
            "select count(backend_xid) from pg_stat_activity where datname = current_database() and wait_event = 'advisory'")
        .query(Long.class)
        .single();
  }

  private Reach reach() {
    return new Outbox(outbox.sql).reach();
  }
}
