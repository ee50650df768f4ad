package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.relay.loop.Relay;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several healthy relays on one outbox: nothing is published twice, whatever they are called. */
class SharingIT {
  private static final Duration LEASE = Duration.ofSeconds(4);
  private final String uri = TestInfrastructure.broker().freshVirtualHost();
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
  void relays_that_join_and_leave_under_load_share_evenly_and_publish_nothing_twice()
      throws Exception {
    Relay first = outbox.startRelay(uri, OutboxFixture.settings("first", LEASE));
    await().until(() -> outbox.bucketsOf("first") == 64);
    try (Writers writers = new Writers(outbox)) {
      outbox.startRelay(uri, OutboxFixture.settings("second", LEASE));
      awaitShares(Map.of("first", 32L, "second", 32L));
      outbox.startRelay(uri, OutboxFixture.settings("third", LEASE));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  outbox.bucketsOf("first") <= 22
                      && outbox.bucketsOf("second") <= 22
                      && outbox.bucketsOf("third") >= 20);
      first.stop();
      awaitShares(Map.of("first", 0L, "second", 32L, "third", 32L));
      assertNothingTwice(writers.stop());
    }
  }

  @Test
  void two_relays_of_the_same_name_share_the_work() throws Exception {
    Relay one = outbox.startRelay(uri, OutboxFixture.settings("same", LEASE));
    Relay other = outbox.startRelay(uri, OutboxFixture.settings("same", LEASE));
    try (Writers writers = new Writers(outbox)) {
      await().atMost(Duration.ofSeconds(30)).until(() -> one.buckets() == 32);
      await().atMost(Duration.ofSeconds(30)).until(() -> other.buckets() == 32);
      assertThat(outbox.bucketsOf("same")).isEqualTo(64);
      long published = outbox.count("PUBLISHED");
      await().until(() -> outbox.count("PUBLISHED") > published + 200);
      assertNothingTwice(writers.stop());
    }
  }

  private void awaitShares(Map<String, Long> shares) {
    shares.forEach(
        (name, buckets) ->
            await().atMost(Duration.ofMinutes(2)).until(() -> outbox.bucketsOf(name) == buckets));
  }

  private void assertNothingTwice(int written) {
    await().atMost(Duration.ofSeconds(30)).until(() -> outbox.count("PUBLISHED") == written);
    await().until(() -> history.firstArrivals().size() == written);
    assertThat(history.ids()).doesNotHaveDuplicates();
    assertThat(witness.stolen()).isZero();
    assertThat(witness.takenOver()).as("each bucket was given up first").isZero();
    Order.assertKept(outbox.sql, history);
  }
}
