package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One transaction that writes many times what a relay could hold. */
class BigTransactionIT {
  private static final int EVENTS = 1_000_000;
  private static final int WATCHED = 100_000;
  private static final int SIGTERM = 128 + 15;
  @TempDir private Path logs;

  @Test
  void a_transaction_of_many_events_needs_little_memory_and_keeps_no_other_event_waiting()
      throws Exception {
    String uri = TestInfrastructure.broker().freshVirtualHost();
    Path log = logs.resolve("relay.log");
    try (OutboxFixture outbox = new OutboxFixture();
        QueueHistory history = new QueueHistory(uri);
        RelayProcess relay =
            new RelayProcess(
                log, RelayProcess.environment(outbox, uri, Duration.ofSeconds(5)), "64m")) {
      insertBig(outbox);
      await().atMost(Duration.ofMinutes(2)).until(() -> !history.all().isEmpty());
      String other = outbox.insert(aggregateInBucketZero(outbox), "thing.changed");
      await().atMost(Duration.ofSeconds(150)).until(() -> history.all().size() >= WATCHED);

      assertThat(history.ids().indexOf(other)).as("its place").isBetween(1, WATCHED / 2);
      assertThat(relay.stop()).isEqualTo(SIGTERM);
      assertThat(outbox.count("PENDING")).as("most of it waits").isGreaterThan(EVENTS / 2);
      assertThat(outbox.count("PUBLISHED")).isGreaterThanOrEqualTo(WATCHED);
      assertThat(Files.readString(log)).doesNotContain("OutOfMemoryError");
      Order.assertKept(outbox.sql, history);
    }
  }

  // Together twenty times the heap; in all buckets but 0.
  private static void insertBig(OutboxFixture outbox) {
    outbox
        .sql
        .sql(
            """
            insert into outbox (aggregate_type, aggregate_id, event_type, payload)
            select 'thing', a.ids[1 + n % cardinality(a.ids)], 'thing.changed',
                   json_build_object('n', n, 'text', repeat('x', 1000))
            from generate_series(1, :events) n,
                 (select array_agg('big-' || i) from generate_series(1, 2000) i
                  where bucket_of(aggregate_key('thing', 'big-' || i)) <> 0) a(ids)
            """)
        .param("events", EVENTS)
        .update();
  }

  // Within a bucket it is first come, first served.
  private static String aggregateInBucketZero(OutboxFixture outbox) {
    return outbox
        .sql
        .sql(
            """
            select 'single-' || i from generate_series(1, 10000) i
            where bucket_of(aggregate_key('thing', 'single-' || i)) = 0 limit 1
            """)
        .query(String.class)
        .single();
  }
}
