package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.db.Migrations;
import io.reliableoutbox.lab.infrastructure.DatabaseServer;
import io.reliableoutbox.lab.infrastructure.Infrastructure;
import io.reliableoutbox.lab.infrastructure.Options;
import io.reliableoutbox.lab.infrastructure.TestDatabase;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.relay.core.Reach;
import io.reliableoutbox.relay.outbox.Outbox;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A PostgreSQL of its own, that is killed and comes back. */
class DatabaseCrashIT {
  private static final int EVENTS = 20_000;
  // Long, so that the renewals, whose commits are waited for, are seldom.
  private static final Duration LEASE = Duration.ofSeconds(20);
  private final String uri = TestInfrastructure.broker().freshVirtualHost();
  private DatabaseServer server;
  private OutboxFixture outbox;
  private QueueHistory history;

  @BeforeEach
  void start() throws Exception {
    server = Infrastructure.database(TestInfrastructure.choice(), Options.forTests());
    TestDatabase postgres = new TestDatabase(server, "postgres");
    postgres.execute("create database outbox");
    // Commits that nobody waits for reach the disk late here, or a crash would seldom lose one.
    postgres.execute("alter system set wal_writer_delay = '10s'");
    postgres.execute("select pg_reload_conf()");
    TestDatabase database = new TestDatabase(server, "outbox");
    Migrations.migrate(database.dataSource());
    outbox = new OutboxFixture(database);
    history = new QueueHistory(uri);
  }

  @AfterEach
  void stop() {
    history.close();
    outbox.close();
    server.close();
  }

  @Test
  void a_relay_goes_on_by_itself_after_postgresql_was_killed_and_nothing_is_lost() {
    outbox.startRelay(uri, OutboxFixture.settings("relay", LEASE));
    outbox.insertMany(EVENTS, 2000);
    await().until(() -> outbox.count("PUBLISHED") > 500);
    assertThat(outbox.count("PUBLISHED")).as("killed in the middle").isLessThan(EVENTS);
    killAndStart();

    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> outbox.count("PUBLISHED") == EVENTS);
    await().until(() -> history.firstArrivals().size() == EVENTS);
    assertThat(attempts()).isZero();
    Order.assertKept(outbox.sql, history);
  }

  @Test
  void a_mark_that_was_lost_with_the_database_is_a_message_sent_again() {
    outbox.startRelay(uri, OutboxFixture.settings("relay", LEASE));
    await().until(() -> outbox.bucketsOf("relay") == 64);
    boolean lost = false;
    // Any other commit in between would save the mark.
    for (int round = 1; !lost && round <= 5; round++) {
      String event = outbox.insert("a", "thing.changed");
      await().pollInterval(Duration.ofMillis(5)).until(() -> publishedIs(event));
      killAndStart();
      // In its aggregate: when it is published, what was to come before it has come.
      String next = outbox.insert("a", "thing.changed");
      await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> publishedIs(next));
      await().until(() -> history.firstArrivals().contains(next));
      lost = Collections.frequency(history.ids(), event) == 2;
    }
    assertThat(lost).as("a mark that was seen was lost, and its message came twice").isTrue();
    assertThat(attempts()).isZero();
    assertThat(outbox.count("PENDING")).isZero();
    Order.assertKept(outbox.sql, history);
  }

  @Test
  void an_event_whose_transaction_was_prepared_before_the_crash_is_published_when_it_commits()
      throws Exception {
    outbox.startRelay(uri, OutboxFixture.settings("relay", LEASE));
    prepare("late");
    String event = outbox.insert("b", "thing.changed");
    await().until(() -> publishedIs(event));
    killAndStart();
    assertThat(new Outbox(outbox.sql).reach().writers())
        .as("without the name that it had")
        .hasSize(1)
        .allMatch(writer -> writer.startsWith(Reach.READ_AGAIN));
    String after = outbox.insert("b", "thing.changed");
    await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> publishedIs(after));
    outbox.sql.sql("commit prepared 'late'").update();
    await().atMost(Duration.ofSeconds(60)).until(() -> outbox.count("PUBLISHED") == 3);
  }

  private void prepare(String name) throws SQLException {
    try (Connection connection = outbox.database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          "insert into ordering.outbox (aggregate_type, aggregate_id, event_type, payload)"
              + " values ('thing', 'a', 'thing.changed', '{}')");
      statement.execute("prepare transaction '" + name + "'");
    }
  }

  private void killAndStart() {
    long killed = server.pid();
    server.kill();
    assertThat(server.running()).isFalse();
    server.start();
    assertThat(server.pid()).isNotEqualTo(killed);
    // Until this test's own pool has noticed.
    await().ignoreExceptions().until(() -> outbox.count("PUBLISHED") >= 0);
  }

  private boolean publishedIs(String event) {
    return outbox.ids("PUBLISHED").contains(event);
  }

  private long attempts() {
    return outbox.sql.sql("select sum(attempts) from outbox_delivery").query(Long.class).single();
  }
}
