package io.reliableoutbox.order.outbox;

import static io.reliableoutbox.order.RunningOrderApp.ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestDatabase;
import io.reliableoutbox.order.RunningOrderApp;
import io.reliableoutbox.order.TestSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class WakeUpHintIT {
  private static TestDatabase database;
  private static JdbcClient observer;

  @BeforeAll
  static void create() {
    database = TestSchema.fresh();
    observer = TestSchema.observer(database);
  }

  @Test
  void a_commit_is_hinted_and_again_after_the_hints_lost_their_connection() throws Exception {
    try (var app = RunningOrderApp.on(database);
        var relay = new Listener(database)) {
      app.place(ORDER);
      await().until(relay::hasHeard);
      assertThat(relay.payloads).containsExactly(nameOf(lastOrder()));
      assertThat(terminateHints()).isEqualTo(1);
      await().until(() -> hintConnections() == 0);
      assertThat(app.place(ORDER).status()).isEqualTo(201);
      await().until(relay::hasHeard);
      assertThat(hintConnections()).isEqualTo(1);
    }
  }

  @Test
  void a_hint_names_the_aggregates_as_the_relay_finds_them() throws Exception {
    try (var relay = new Listener(database);
        var hint = new WakeUpHint(() -> database.dataSource().getConnection())) {
      hint.give("order", "o1");
      hint.give("order", "o2");
      hint.give("order", "o1");
      hint.start();
      await().until(relay::hasHeard);
      assertThat(String.join("; ", relay.payloads).split(" "))
          .containsExactlyInAnyOrder(nameOf("o1"), nameOf("o2"));
    }
  }

  @Test
  void more_aggregates_than_a_hint_can_name_are_not_named_at_all() throws Exception {
    try (var relay = new Listener(database);
        var hint = new WakeUpHint(() -> database.dataSource().getConnection())) {
      for (int i = 0; i < 1000; i++) {
        hint.give("order", "o" + i);
      }
      hint.start();
      await().until(relay::hasHeard);
      hint.give("order", "o1");
      await().until(() -> relay.heard() == 2);
      assertThat(relay.payloads).containsExactly("", nameOf("o1"));
    }
  }

  @Test
  void after_a_hint_that_failed_the_next_one_names_nobody() throws Exception {
    var failures = new AtomicInteger(1);
    try (var relay = new Listener(database);
        var hint =
            new WakeUpHint(
                () -> {
                  if (failures.getAndDecrement() > 0) {
                    throw new SQLException("not now");
                  }
                  return database.dataSource().getConnection();
                })) {
      hint.give("order", "o1");
      hint.start();
      await().until(relay::hasHeard);
      assertThat(relay.payloads).containsExactly("");
    }
  }

  @Test
  void without_hints_there_is_no_connection_for_them() throws Exception {
    try (var app = RunningOrderApp.on(database, "--order.hints=false");
        var relay = new Listener(database)) {
      assertThat(app.place(ORDER).status()).isEqualTo(201);
      assertThat(relay.hasHeard()).isFalse();
      assertThat(hintConnections()).isZero();
    }
  }

  @Test
  void many_hints_become_few_and_giving_one_never_waits() throws Exception {
    var connections = new AtomicInteger();
    try (var relay = new Listener(database);
        var hint =
            new WakeUpHint(
                () -> {
                  connections.incrementAndGet();
                  return database.dataSource().getConnection();
                })) {
      hint.start();
      for (int i = 0; i < 1000; i++) {
        hint.give("order", "o" + i);
      }
      await().until(relay::hasHeard);
      await().pollDelay(Duration.ofMillis(200)).until(() -> true);
      assertThat(relay.heard()).isLessThan(100);
      assertThat(connections).hasValue(1);
    }
  }

  @Test
  void a_database_that_does_not_answer_holds_up_nobody() {
    var trying = new CountDownLatch(1);
    var never = new CountDownLatch(1);
    try (var hint =
        new WakeUpHint(
            () -> {
              trying.countDown();
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              throw new SQLException("no answer");
            })) {
      hint.start();
      hint.give("order", "o");
      await().until(() -> trying.getCount() == 0);
      long start = System.nanoTime();
      for (int i = 0; i < 100_000; i++) {
        hint.give("order", "o");
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }
  }

  private static String lastOrder() {
    return observer
        .sql("select aggregate_id from ordering.outbox order by position desc limit 1")
        .query(String.class)
        .single();
  }

  private static String nameOf(String order) {
    return observer
        .sql(
            "select ordering.bucket_of(key) || ':' || key from ordering.aggregate_key('order', :id) key")
        .param("id", order)
        .query(String.class)
        .single();
  }

  private static int hintConnections() {
    return observer
        .sql(
            """
            select count(*) from pg_stat_activity
            where datname = current_database() and application_name = 'order-app hints'
            """)
        .query(Integer.class)
        .single();
  }

  private static int terminateHints() {
    return observer
        .sql(
            """
            select count(pg_terminate_backend(pid)) from pg_stat_activity
            where datname = current_database() and application_name = 'order-app hints'
            """)
        .query(Integer.class)
        .single();
  }

  private static final class Listener implements AutoCloseable {
    private final Connection connection;
    private int heard;
    private final List<String> payloads = new ArrayList<>();

    Listener(TestDatabase database) throws SQLException {
      connection = database.dataSource().getConnection();
      try (var statement = connection.createStatement()) {
        statement.execute("listen ordering_outbox");
      }
    }

    boolean hasHeard() throws SQLException {
      int now = poll();
      heard += now;
      return now > 0;
    }

    int heard() throws SQLException {
      heard += poll();
      return heard;
    }

    private int poll() throws SQLException {
      var notifications = connection.unwrap(org.postgresql.PGConnection.class).getNotifications(50);
      for (var notification : notifications) {
        payloads.add(notification.getParameter());
      }
      return notifications.length;
    }

    @Override
    public void close() throws SQLException {
      connection.close();
    }
  }
}
