package io.reliableoutbox.consumer.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.reliableoutbox.consumer.ConsumerDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * What upkeep reads of a large inbox, by PostgreSQL's own counters: it runs every minute, for ever.
 */
class RetentionPlanIT {
  private static final int ROWS = 30_000;
  private static final int OLD = 300;
  private static final Duration RETENTION = Duration.ofDays(30);
  private ConsumerDatabase database;
  private SingleConnectionDataSource connection;
  private JdbcClient jdbc;
  private Upkeep upkeep;

  @BeforeEach
  void fill() {
    database = new ConsumerDatabase();
    connection =
        new SingleConnectionDataSource(
            database.jdbcUrl(), "consumer_app", ConsumerDatabase.PASSWORD, true);
    jdbc = JdbcClient.create(connection);
    upkeep = new Upkeep(jdbc);
    // Some of each state are beyond the retention, scattered over the table.
    insert("APPLIED", ROWS, "seen", "now() - age, n, 'SEEN', null, null, null, null, null");
    insert("DROPPED", ROWS / 10, "gone", "null, null, null, null, null, 'o', '{}', ''");
    insert("PARKED", ROWS / 10, "bad", "null, null, null, 'STALE', 'stale', 'o', '{}', ''");
    insert("HELD", 10, "early", "null, null, null, null, null, 'o', '{}', ''");
    database.owner().sql("vacuum analyze consuming.inbox").update();
  }

  @AfterEach
  void drop() {
    connection.destroy();
    database.close();
  }

  private void insert(String state, int rows, String aggregate, String rest) {
    database
        .owner()
        .sql(
            """
            insert into consuming.inbox (
              consumer, message_id, state, aggregate_type, aggregate_id, aggregate_version, event_type, received_at,
              applied_at, applied_seq, outcome, reason, last_error, origin, headers, body)
            select 'probe', gen_random_uuid(), '%s', 'order', '%s' || n, 2, 'order.test', now() - age, %s
            from generate_series(1, %d) n,
              lateral (select case when n %% 100 = 0 then interval '31 days' else interval '1 day' end) a(age)
            """
                .formatted(
                    state, aggregate, rest.replace("'{}', ''", "'{}'::jsonb, ''::bytea"), rows))
        .update();
  }

  @Test
  void each_batch_of_retention_reads_what_it_forgets_and_no_more() {
    long applied = read("inbox_applied");
    long dropped = read("inbox_dropped");
    long all = readWhole();
    assertThat(upkeep.forgetAppliedOlderThan(RETENTION, 200)).isEqualTo(200);
    assertThat(upkeep.forgetAppliedOlderThan(RETENTION, 200)).isEqualTo(OLD - 200);
    assertThat(upkeep.forgetDroppedOlderThan(RETENTION, 200)).isEqualTo(OLD / 10);
    assertThat(readWhole() - all).as("rows read without an index").isZero();
    // The second batch steps over what the first one has left for vacuum.
    assertThat(read("inbox_applied") - applied).isBetween((long) OLD, 2L * OLD);
    assertThat(read("inbox_dropped") - dropped).isBetween(OLD / 10L, 2L * OLD / 10);
  }

  @Test
  void the_look_for_gaps_reads_what_waits_and_nothing_that_is_applied() {
    long all = readWhole();
    long unsettled = read("inbox_unsettled");
    assertThat(upkeep.parkGapsOlderThan(Duration.ofHours(1))).isEqualTo(10);
    assertThat(readWhole() - all).as("rows read without an index").isZero();
    assertThat(read("inbox_unsettled") - unsettled).isLessThan(ROWS / 5);
  }

  private long read(String index) {
    return counter(
        "select idx_tup_read from pg_stat_user_indexes where indexrelname = '%s'".formatted(index));
  }

  private long readWhole() {
    return counter("select seq_tup_read from pg_stat_user_tables where relname = 'inbox'");
  }

  private long counter(String query) {
    // Else this session's reads show some time later.
    jdbc.sql("select pg_stat_force_next_flush()").query((row, n) -> "").list();
    return jdbc.sql(query).query(Long.class).single();
  }
}
