package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.relay.loop.Relay;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Relays as processes of their own, that are killed or asked to stop. */
class CrashIT {
  private static final Duration LEASE = Duration.ofSeconds(3);
  private final String uri = TestInfrastructure.broker().freshVirtualHost();
  @TempDir private Path logs;
  private OutboxFixture outbox;
  private QueueHistory history;

  @BeforeEach
  void start() throws Exception {
    outbox = new OutboxFixture();
    history = new QueueHistory(uri);
  }

  @AfterEach
  void stop() {
    history.close();
    outbox.close();
  }

  @Test
  void a_killed_relay_s_buckets_are_taken_over_when_its_lease_ends_and_nothing_is_lost()
      throws Exception {
    Witness witness = new Witness(outbox);
    try (RelayProcess killed = new RelayProcess(outbox, uri, logs.resolve("killed.log"), LEASE)) {
      await().atMost(Duration.ofSeconds(30)).until(() -> buckets("killed.log") == 64);
      outbox.insertMany(20_000, 2000);
      await().atMost(Duration.ofSeconds(30)).until(() -> outbox.count("PUBLISHED") > 500);
      killed.kill();
      assertThat(outbox.count("PUBLISHED")).as("killed in the middle").isLessThan(20_000);
      assertThat(killed.isAlive()).isFalse();
      assertThat(longestLease()).as("for so long at the most nobody takes over").isLessThan(LEASE);
    }
    outbox.startRelay(uri);
    await().atMost(Duration.ofSeconds(60)).until(() -> outbox.count("PUBLISHED") == 20_000);
    assertThat(witness.takenOver()).isEqualTo(64);
    assertThat(witness.stolen()).as("taken before its lease had ended").isZero();
    await().until(() -> history.firstArrivals().size() == 20_000);
    Order.assertKept(outbox.sql, history);
  }

  @Test
  void a_relay_that_is_asked_to_stop_marks_what_it_sent_and_gives_its_leases_back()
      throws Exception {
    try (RelayProcess stopping =
        new RelayProcess(outbox, uri, logs.resolve("stopping.log"), LEASE)) {
      await().atMost(Duration.ofSeconds(30)).until(() -> buckets("stopping.log") == 64);
      outbox.insertMany(20_000, 2000);
      await().atMost(Duration.ofSeconds(30)).until(() -> outbox.count("PUBLISHED") > 500);
      stopping.stop();
      assertThat(outbox.count("PUBLISHED")).as("stopped in the middle").isLessThan(20_000);
    }
    assertThat(owned()).isEqualTo(0);
    long published = outbox.count("PUBLISHED");
    await().until(() -> history.all().size() == published);
    assertThat(history.ids()).doesNotHaveDuplicates();

    outbox.startRelay(uri);
    await().atMost(Duration.ofSeconds(60)).until(() -> outbox.count("PUBLISHED") == 20_000);
    await().until(() -> history.all().size() >= 20_000);
    assertThat(history.ids()).as("nothing published twice").hasSize(20_000).doesNotHaveDuplicates();
  }

  @Test
  void a_relay_that_stops_leaves_all_its_buckets_to_the_others_at_once() throws Exception {
    Duration lease = Duration.ofHours(1);
    Relay stopping = outbox.startRelay(uri, OutboxFixture.settings("stopping", lease));
    await().until(() -> outbox.bucketsOf("stopping") == 64);
    outbox.startRelay(uri, OutboxFixture.settings("other", lease));
    await().until(() -> outbox.listeners().size() == 2 && knownRelays() == 2);

    CompletableFuture<Void> stop;
    try (Connection connection = outbox.database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("select from ordering.relay where name = 'stopping' for update");
      stop = CompletableFuture.runAsync(stopping::stop);
      await()
          .during(Duration.ofSeconds(1))
          .until(() -> owned() == 64 && outbox.bucketsOf("other") == 0);
      connection.commit();
    }
    stop.get(1, TimeUnit.MINUTES);
    await().until(() -> outbox.bucketsOf("other") == 64);
  }

  @Test
  void a_stop_waits_for_the_last_confirm_and_for_nothing_else() throws Exception {
    Duration lease = Duration.ofHours(1);
    try (SilencingProxy proxy = SilencingProxy.before(uri)) {
      Relay relay =
          outbox.startRelay(
              proxy.through(uri),
              OutboxFixture.settings(lease, lease.minusMinutes(1), Duration.ofHours(1), List.of()));
      await().until(() -> relay.brokerState().equals(Relay.CONNECTED) && relay.buckets() == 64);
      proxy.holdAnswers();
      String last = outbox.insert("a", "thing.changed");
      await().until(() -> history.ids().equals(List.of(last)));
      CompletableFuture<Void> stop = CompletableFuture.runAsync(relay::stop);
      await().during(Duration.ofSeconds(1)).until(() -> owned() == 64 && !stop.isDone());

      proxy.open();
      stop.get(1, TimeUnit.MINUTES);
      assertThat(owned()).as("released, an hour before they would have ended").isZero();
      assertThat(outbox.ids("PUBLISHED")).containsExactly(last);
      assertThat(history.ids()).containsExactly(last);
    }
  }

  @Test
  void what_was_confirmed_but_not_marked_before_a_crash_is_published_again() throws Exception {
    // Takes from the relay the right to mark: it gets its confirms and can do nothing with them.
    outbox.database.execute("revoke update on ordering.outbox_delivery from outbox_relay");
    List<String> ids =
        List.of(outbox.insert("a", "thing.changed"), outbox.insert("b", "thing.changed"));
    try (RelayProcess killed = new RelayProcess(outbox, uri, logs.resolve("killed.log"), LEASE)) {
      await().atMost(Duration.ofSeconds(30)).until(() -> history.firstArrivals().size() == 2);
      killed.kill();
    }
    assertThat(outbox.count("PENDING")).as("confirmed, not marked").isEqualTo(2);
    int before = history.all().size();
    outbox.database.execute("grant update on ordering.outbox_delivery to outbox_relay");

    outbox.startRelay(uri);
    await().atMost(Duration.ofSeconds(20)).until(() -> outbox.count("PUBLISHED") == 2);
    await().until(() -> history.all().size() == before + 2);
    assertThat(history.firstArrivals()).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(history.all()).extracting(QueueHistory.Received::body).containsOnly("{\"a\": 1}");
  }

  private Duration longestLease() {
    return outbox
        .sql
        .sql(
            "select (1000 * extract(epoch from max(expires_at) - clock_timestamp()))::bigint from outbox_bucket")
        .query((row, n) -> Duration.ofMillis(row.getLong(1)))
        .single();
  }

  private long buckets(String log) {
    return logs.resolve(log).toFile().exists() ? owned() : 0;
  }

  private long knownRelays() {
    return outbox.sql.sql("select count(*) from relay").query(Long.class).single();
  }

  private long owned() {
    return outbox
        .sql
        .sql("select count(*) from outbox_bucket where owner is not null")
        .query(Long.class)
        .single();
  }
}
