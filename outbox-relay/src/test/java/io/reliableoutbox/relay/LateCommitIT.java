package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows whose transaction commits after others with higher positions have long been published. */
class LateCommitIT {
  private final String uri = TestInfrastructure.broker().freshVirtualHost();
  private OutboxFixture outbox;
  private QueueHistory history;

  @BeforeEach
  void start() throws Exception {
    outbox = new OutboxFixture();
    history = new QueueHistory(uri);
    outbox.startRelay(uri);
  }

  @AfterEach
  void stop() {
    history.close();
    outbox.close();
  }

  @Test
  void a_row_that_commits_late_is_published_although_the_search_has_passed_its_position()
      throws Exception {
    try (Connection late = openTransaction("late")) {
      outbox.insertMany(500, 100);
      // Several sweeps go by meanwhile, so that every floor is above the open row.
      await().until(() -> outbox.count("PUBLISHED") == 500);
      String marker = outbox.insert("marker", "thing.changed");
      await().until(() -> outbox.ids("PUBLISHED").contains(marker));
      assertThat(firstPosition()).isGreaterThan(1);
      late.commit();
    }
    await().until(() -> outbox.count("PUBLISHED") == 502);
    await().until(() -> history.all().size() >= 502);
    assertThat(history.ids()).hasSize(502).doesNotHaveDuplicates();
  }

  @Test
  void later_events_of_an_aggregate_wait_for_the_transaction_that_holds_it() throws Exception {
    String second;
    try (Connection late = openTransaction("held")) {
      Thread waiting = new Thread(() -> insertLocked("held"));
      waiting.start();
      await().until(this::someoneWaitsForALock);
      late.commit();
      waiting.join();
      second =
          outbox
              .sql
              .sql("select id::text from outbox order by position desc limit 1")
              .query(String.class)
              .single();
    }
    await().until(() -> outbox.count("PUBLISHED") == 2);
    await().until(() -> history.all().size() == 2);
    assertThat(history.ids().indexOf(second)).isEqualTo(1);
  }

  @Test
  void a_rolled_back_row_holds_nothing_up() throws Exception {
    try (Connection late = openTransaction("gone")) {
      late.rollback();
    }
    String after = outbox.insert("gone", "thing.changed");
    await().until(() -> outbox.ids("PUBLISHED").contains(after));
    assertThat(firstPosition()).isEqualTo(2);
    await().until(() -> !history.all().isEmpty());
    assertThat(history.ids()).containsExactly(after);
  }

  private Connection openTransaction(String aggregateId) throws SQLException {
    Connection connection = outbox.database.dataSource().getConnection();
    connection.setAutoCommit(false);
    write(connection, aggregateId);
    return connection;
  }

  private void insertLocked(String aggregateId) {
    try (Connection connection = outbox.database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      write(connection, aggregateId);
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void write(Connection connection, String aggregateId) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("select pg_advisory_xact_lock(hashtext('" + aggregateId + "'))");
      statement.execute(
          "insert into ordering.outbox (aggregate_type, aggregate_id, event_type, payload) values ('thing', '"
              + aggregateId
              + "', 'thing.changed', '{}')");
    }
  }

  private boolean someoneWaitsForALock() {
    return outbox
        .sql
        .sql("select count(*) > 0 from pg_locks where not granted")
        .query(Boolean.class)
        .single();
  }

  private long firstPosition() {
    return outbox.sql.sql("select min(position) from outbox").query(Long.class).single();
  }
}
