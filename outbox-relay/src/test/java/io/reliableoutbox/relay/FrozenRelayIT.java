package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay that is frozen past its lease and wakes up when others have its buckets. */
class FrozenRelayIT {
  // Else the server gives up a mark that waits for a lock before the test has looked at it.
  private static final Map<String, String> NO_LOCK_TIMEOUT =
      Map.of("SPRING_DATASOURCE_HIKARI_CONNECTIONINITSQL", "set enable_seqscan = off");

  private static final Duration LEASE = Duration.ofSeconds(3);

  /** What the process calls itself in the database; a relay in this JVM does not. */
  private static final String PROCESS = "outbox-relay";

  private final String uri = TestInfrastructure.broker().freshVirtualHost();
  @TempDir private Path logs;
  private OutboxFixture outbox;
  private QueueHistory history;
  private Witness witness;

  @BeforeEach
  void start() throws Exception {
    outbox = new OutboxFixture();
    witness = new Witness(outbox);
    history = new QueueHistory(uri);
  }

  @AfterEach
  void stop() {
    history.close();
    outbox.close();
  }

  @Test
  void a_relay_frozen_past_its_lease_marks_and_takes_nothing_of_others_when_it_wakes()
      throws Exception {
    try (RelayProcess frozen = frozenRelay()) {
      await().atMost(Duration.ofMinutes(2)).until(() -> outbox.bucketsOf("frozen") == 64);
      outbox.insertMany(20_000, 2000);
      await().atMost(Duration.ofSeconds(30)).until(() -> outbox.count("PUBLISHED") > 500);
      frozen.pause();
      assertThat(outbox.count("PUBLISHED")).as("frozen in the middle").isLessThan(20_000);

      outbox.startRelay(uri, OutboxFixture.settings("survivor", LEASE));
      await().atMost(Duration.ofSeconds(30)).until(() -> witness.takenOver() == 64);
      long before = witness.marksBy(PROCESS);
      outbox.insertMany(20_000, 2000);
      frozen.resume();

      await().atMost(Duration.ofSeconds(60)).until(() -> outbox.count("PUBLISHED") == 40_000);
      // It is of use again, with what the other one gave up.
      await().atMost(Duration.ofSeconds(30)).until(() -> outbox.bucketsOf("frozen") == 32);
      outbox.insertMany(2000, 2000);
      await().atMost(Duration.ofSeconds(30)).until(() -> outbox.count("PUBLISHED") == 42_000);
      assertThat(witness.marksBy(PROCESS)).isGreaterThan(before);
    }
    assertThat(witness.stolen()).isZero();
    assertThat(witness.marksOutsideItsBuckets(PROCESS, "frozen")).isEmpty();
    await().until(() -> history.firstArrivals().size() == 42_000);
    Order.assertKept(outbox.sql, history);
  }

  @Test
  void nobody_gets_the_bucket_of_a_relay_that_is_frozen_between_its_fence_check_and_its_write()
      throws Exception {
    String event = outbox.insert("a", "thing.changed");
    try (BlockedMark lock = new BlockedMark(outbox);
        RelayProcess frozen = frozenRelay(NO_LOCK_TIMEOUT)) {
      lock.awaitMark();
      frozen.pause();
      outbox.database.execute(
          "update ordering.outbox_bucket set expires_at = clock_timestamp() - interval '1 second'");
      assertThat(outbox.bucketsOf("frozen")).isEqualTo(64);

      outbox.startRelay(uri, OutboxFixture.settings("survivor", LEASE));
      await().atMost(Duration.ofSeconds(30)).until(() -> outbox.bucketsOf("survivor") == 63);
      // It keeps asking: two of its rounds go by.
      for (int round = 0; round < 2; round++) {
        OffsetDateTime seen = survivorsExpiry();
        await().until(() -> survivorsExpiry().isAfter(seen));
      }
      assertThat(lock.isMarkWaiting()).isTrue();
      assertThat(outbox.bucketsOf("survivor")).isEqualTo(63);

      lock.release();
      await().until(() -> outbox.bucketsOf("survivor") == 64);
      assertThat(outbox.ids("PUBLISHED")).as("its mark came first").containsExactly(event);
      frozen.resume();
      await().atMost(Duration.ofSeconds(30)).until(() -> outbox.bucketsOf("frozen") == 32);
    }
    assertThat(witness.stolen()).isZero();
    assertThat(witness.marksOutsideItsBuckets(PROCESS, "frozen")).isEmpty();
    assertThat(history.ids()).containsExactly(event);
  }

  private RelayProcess frozenRelay() throws IOException {
    return frozenRelay(Map.of());
  }

  private RelayProcess frozenRelay(Map<String, String> settings) throws IOException {
    Map<String, String> environment = RelayProcess.environment(outbox, uri, LEASE);
    environment.putAll(settings);
    environment.put("RELAY_NAME", "frozen");
    return new RelayProcess(logs.resolve("frozen.log"), environment);
  }

  private OffsetDateTime survivorsExpiry() {
    return outbox
        .sql
        .sql("select expires_at from relay where name = 'survivor'")
        .query(OffsetDateTime.class)
        .single();
  }
}
