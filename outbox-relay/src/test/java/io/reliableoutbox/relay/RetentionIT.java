package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reliableoutbox.relay.outbox.Retention;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

class RetentionIT {
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
  void only_what_was_published_long_enough_ago_is_removed() {
    outbox.insertMany(6, 6);
    published(1, "8 days");
    published(2, "8 days");
    published(3, "6 days");
    parked(4);
    Retention retention = new Retention(outbox.sql);

    Retention.Removed first = retention.removeOlderThan(Duration.ofDays(7), 0, 1);
    assertThat(first).isEqualTo(new Retention.Removed(1, 1, true, false));
    assertThat(retention.removeOlderThan(Duration.ofDays(7), first.position(), 1000).rows())
        .isEqualTo(1);
    assertThat(retention.removeOlderThan(Duration.ofDays(7), 0, 1000).rows()).isZero();
    assertThat(outbox.sql.sql("select position from outbox order by 1").query(Long.class).list())
        .containsExactly(3L, 4L, 5L, 6L);
    assertThat(
            outbox
                .sql
                .sql("select position from outbox_delivery order by 1")
                .query(Long.class)
                .list())
        .containsExactly(3L, 4L, 5L, 6L);
  }

  @Test
  void what_was_replayed_lately_is_not_old_and_a_copy_without_its_event_is() {
    outbox.insertMany(2, 2);
    published(1, "8 days");
    published(2, "8 days");
    outbox.sql.sql("update outbox_delivery set replayed_at = now()").update();
    Retention retention = new Retention(outbox.sql);
    assertThat(retention.removeOlderThan(Duration.ofDays(7), 0, 10))
        .isEqualTo(new Retention.Removed(0, 2, false, false));

    outbox.sql.sql("update outbox_delivery set copy = true, replayed_at = null").update();
    outbox.sql.sql("update outbox_delivery set settled_at = now()").update();
    outbox.database.execute("delete from ordering.outbox");
    assertThat(retention.removeOlderThan(Duration.ofDays(7), 0, 10))
        .isEqualTo(new Retention.Removed(0, 2, false, true));
  }

  @Test
  void what_was_settled_late_keeps_nothing_behind_it() {
    outbox.insertMany(1300, 10);
    outbox
        .sql
        .sql(
            """
            with happened as (
              update outbox set occurred_at = now() - interval '9 days' where position <= 1200)
            update outbox_delivery
            set state = 'PUBLISHED',
                settled_at = now() - case when position between 1001 and 1100 then interval '8 days' else '0' end
            """)
        .update();
    RetentionJob job = job(outbox.sql, 1);
    // One that ends before it is through, and one that goes on there.
    for (int run = 0; run <= 1000 / RetentionJob.FRUITLESS; run++) {
      job.removeOldRows();
    }
    assertThat(outbox.sql.sql("select position from outbox order by 1").query(Long.class).list())
        .hasSize(1200)
        .doesNotContainAnyElementsOf(LongStream.rangeClosed(1001, 1100).boxed().toList());

    outbox.sql.sql("update outbox_delivery set settled_at = now() - interval '8 days'").update();
    job.removeOldRows();
    assertThat(outbox.sql.sql("select count(*) from outbox").query(Long.class).single())
        .as("the next run begins at the oldest")
        .isZero();
  }

  @Test
  void a_batch_that_takes_longer_than_a_statement_may_is_removed_in_smaller_ones()
      throws Exception {
    outbox.insertMany(100, 10);
    LongStream.rangeClosed(1, 100).forEach(position -> published(position, "8 days"));
    outbox.database.execute(
        """
        create function public.slow() returns trigger language plpgsql as $$
        begin perform pg_sleep(0.02); return old; end $$;
        create trigger slow before delete on ordering.outbox for each row execute function public.slow();
        """);
    try (Connection session = outbox.database.dataSource().getConnection();
        Statement statement = session.createStatement()) {
      statement.execute("set search_path = ordering; set statement_timeout = '500ms'");
      JdbcClient impatient = JdbcClient.create(new SingleConnectionDataSource(session, true));
      assertThatThrownBy(
              () -> new Retention(impatient).removeOlderThan(Duration.ofDays(7), 0, 1000))
          .isInstanceOf(QueryTimeoutException.class);

      job(impatient, 1000).removeOldRows();
      assertThat(outbox.count("PUBLISHED")).isZero();
    }
  }

  private static RetentionJob job(JdbcClient jdbc, int mostRows) {
    return new RetentionJob(new Retention(jdbc), OutboxFixture.settings(), mostRows);
  }

  private void published(long position, String ago) {
    outbox
        .sql
        .sql(
            "update outbox_delivery set state = 'PUBLISHED', settled_at = now() - cast(:ago as interval) where position = :position")
        .param("ago", ago)
        .param("position", position)
        .update();
  }

  private void parked(long position) {
    outbox
        .sql
        .sql(
            "update outbox_delivery set state = 'PARKED', last_error = 'x', first_failed_at = now() - interval '9 days' where position = :position")
        .param("position", position)
        .update();
  }
}
