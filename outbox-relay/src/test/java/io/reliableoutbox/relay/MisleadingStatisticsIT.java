package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.relay.loop.Relay;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * PostgreSQL believes the outbox to be empty while it is full: autovacuum looked while a large
 * transaction had not committed, or when retention had just removed nearly all. A plan that begins
 * on the wrong side then walks over everything for each batch.
 */
class MisleadingStatisticsIT {
  private static final int EVENTS = 78_000;

  @Test
  void a_relay_reads_what_it_works_on_and_not_the_whole_table() throws Exception {
    String uri = TestInfrastructure.broker().freshVirtualHost();
    try (OutboxFixture outbox = new OutboxFixture();
        QueueHistory history = new QueueHistory(uri)) {
      insertUnseen(outbox);
      assertThat(believed(outbox)).as("the fault: rows that PostgreSQL believes in").isZero();
      Relay relay = outbox.startRelay(uri);
      await().atMost(Duration.ofMinutes(2)).until(() -> published(outbox) == EVENTS);
      relay.stop();
      assertThat(new IndexReads(outbox).ofAll()).isBetween((long) EVENTS, 30L * EVENTS);
      await().until(() -> history.firstArrivals().size() == EVENTS);
      Order.assertKept(outbox.sql, history);
    }
  }

  private static void insertUnseen(OutboxFixture outbox) throws Exception {
    try (Connection writer =
            DriverManager.getConnection(
                outbox.database.jdbcUrl(), outbox.database.username(), outbox.database.password());
        var statement = writer.createStatement()) {
      // Else autovacuum would mend it in the middle of the test.
      statement.execute("alter table ordering.outbox set (autovacuum_enabled = off)");
      statement.execute("alter table ordering.outbox_delivery set (autovacuum_enabled = off)");
      writer.setAutoCommit(false);
      statement.execute(
          """
          insert into ordering.outbox (aggregate_type, aggregate_id, event_type, payload)
          select 'thing', 'a' || n %% %d, 'thing.changed', '{}' from generate_series(1, %d) n
          """
              .formatted(EVENTS / 4, EVENTS));
      outbox.sql.sql("analyze ordering.outbox, ordering.outbox_delivery").update();
      writer.commit();
    }
  }

  private static long believed(OutboxFixture outbox) {
    return number(
        outbox,
        """
        select max(reltuples)::bigint from pg_class
        where oid in ('ordering.outbox'::regclass, 'ordering.outbox_delivery'::regclass) and relpages > 0
        """);
  }

  // Not by the view: it joins, and its plan is as mistaken as any.
  private static long published(OutboxFixture outbox) {
    return number(outbox, "select count(*) from outbox_delivery where state = 'PUBLISHED'");
  }

  private static long number(OutboxFixture outbox, String query) {
    return outbox.sql.sql(query).query(Long.class).single();
  }
}
