package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.relay.loop.Relay;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An operator decides about a row that the broker has already taken: its confirm, or its mark, is
 * held back meanwhile.
 */
class OperatorRaceIT {
  private final String uri = TestInfrastructure.broker().freshVirtualHost();
  private OutboxFixture outbox;
  private QueueHistory history;
  private SilencingProxy proxy;

  @BeforeEach
  void start() throws Exception {
    outbox = new OutboxFixture();
    history = new QueueHistory(uri);
    proxy = SilencingProxy.before(uri);
    // Else a mark that has waited for two seconds would wait again, behind the operator.
    outbox.withPatientRelays();
    Relay relay =
        outbox.startRelay(
            proxy.through(uri),
            OutboxFixture.settings(
                Duration.ofSeconds(50), Duration.ofSeconds(40), Duration.ofHours(1), List.of()));
    await().until(() -> relay.brokerState().equals(Relay.CONNECTED) && relay.buckets() == 64);
    proxy.holdAnswers();
  }

  @AfterEach
  void stop() throws IOException {
    proxy.open();
    outbox.close();
    proxy.close();
    history.close();
  }

  @Test
  void a_version_skipped_before_its_confirm_is_followed_by_its_tombstone_and_by_its_successor() {
    String first = outbox.insertVersion("a", 1);
    String second = outbox.insertVersion("a", 2);
    awaitUnconfirmed(first);
    assertThat(outbox.skip(first)).isEqualTo("skipped: a tombstone is sent in its place");
    proxy.open();

    await().until(() -> outbox.ids("SKIPPED").contains(first));
    await().until(() -> outbox.ids("PUBLISHED").contains(second));
    await().until(() -> history.all().size() == 3);
    assertThat(history.firstArrivals()).containsExactly(first, second);
    assertThat(history.all().stream().filter(message -> message.id().equals(first)))
        .extracting(message -> message.properties().getHeaders().containsKey("skipped"))
        .containsExactly(false, true);
  }

  @Test
  void an_event_without_version_skipped_before_its_confirm_stays_skipped_and_is_sent_once() {
    String first = outbox.insert("a", "thing.changed");
    String second = outbox.insert("a", "thing.changed");
    awaitUnconfirmed(first);
    assertThat(outbox.skip(first)).isEqualTo("skipped");
    proxy.open();

    await().until(() -> outbox.ids("PUBLISHED").contains(second));
    assertThat(outbox.state(first)).isEqualTo("SKIPPED");
    await().until(() -> history.all().size() == 2);
    assertThat(history.ids()).containsExactly(first, second);
  }

  @Test
  void a_replay_before_the_confirm_changes_nothing() {
    String id = outbox.insert("a", "thing.changed");
    awaitUnconfirmed(id);
    assertThat(outbox.replay(id)).isEqualTo("on its way: it is PENDING");
    proxy.open();
    await().until(() -> outbox.state(id).equals("PUBLISHED"));
    assertThat(history.ids()).containsExactly(id);
  }

  @Test
  void a_replay_that_waits_for_the_mark_becomes_one_more_copy() throws Exception {
    String id = outbox.insertVersion("a", 1);
    assertThat(whileTheMarkWaits(id, () -> outbox.replay(id)))
        .isEqualTo("replayed: sent as one more copy");
    await().until(() -> history.all().size() == 2);
    assertThat(history.ids()).containsExactly(id, id);
    assertThat(history.all().get(1).properties().getHeaders()).containsEntry("replay", true);
    assertThat(outbox.state(id)).isEqualTo("PUBLISHED");
  }

  @Test
  void a_skip_that_waits_for_the_mark_comes_too_late() throws Exception {
    String id = outbox.insertVersion("a", 1);
    String next = outbox.insertVersion("a", 2);
    assertThat(whileTheMarkWaits(id, () -> outbox.skip(id))).isEqualTo("refused: it is PUBLISHED");
    await().until(() -> outbox.ids("PUBLISHED").equals(List.of(id, next)));
    await().until(() -> history.all().size() == 2);
    assertThat(history.ids()).containsExactly(id, next);
  }

  @Test
  void an_operator_who_leaves_a_transaction_open_holds_nobody_up_for_long() throws Exception {
    String decided = outbox.insertVersion("a", 1);
    awaitUnconfirmed(decided);
    try (Connection operator = outbox.operator().getConnection();
        Statement statement = operator.createStatement()) {
      operator.setAutoCommit(false);
      statement.execute("select ordering.skip('%s', 'a test')".formatted(decided));
      proxy.open();
      await().until(() -> waitingForALock("outbox_relay") == 1);
      String other = outbox.insert("b", "thing.changed");

      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> outbox.ids("PUBLISHED").equals(List.of(decided, other)));
      assertThatThrownBy(operator::commit).isInstanceOf(SQLException.class);
    }
  }

  private void awaitUnconfirmed(String id) {
    await().until(() -> history.ids().equals(List.of(id)));
    assertThat(outbox.state(id)).isEqualTo("PENDING");
  }

  // Who waits for a row lock gets it in the order of coming: first the relay, then the operator.
  private String whileTheMarkWaits(String id, Supplier<String> operation) throws Exception {
    awaitUnconfirmed(id);
    try (Connection lock = outbox.database.dataSource().getConnection()) {
      lock.setAutoCommit(false);
      lockRow(lock, id);
      proxy.open();
      await().until(() -> waitingForALock("outbox_relay") == 1);
      CompletableFuture<String> outcome = CompletableFuture.supplyAsync(operation);
      await().until(() -> waitingForALock("operator") == 1);
      lock.rollback();
      return outcome.get(30, TimeUnit.SECONDS);
    }
  }

  private static void lockRow(Connection connection, String id) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "select from ordering.outbox o join ordering.outbox_delivery d using (position) where o.id = '"
              + id
              + "' for update of d");
    }
  }

  private long waitingForALock(String role) {
    return outbox
        .sql
        .sql(
            """
            select count(*) from pg_stat_activity
            where datname = current_database() and usename = :role and wait_event_type = 'Lock'
            """)
        .param("role", role)
        .query(Long.class)
        .single();
  }
}
