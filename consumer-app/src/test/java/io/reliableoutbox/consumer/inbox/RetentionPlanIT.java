package io.reliableoutbox.consumer.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.reliableoutbox.consumer.ConsumerDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What is read of a large inbox, by PostgreSQL's own counters: by upkeep, which runs every minute,
 * and by plans that are kept.
 */
class RetentionPlanIT {
  private static final int ROWS = 30_000;
  private static final int OLD = 300;
  private static final Duration RETENTION = Duration.ofDays(30);
  private ConsumerDatabase database;
  private HikariDataSource connection;
  private JdbcClient jdbc;
  private Upkeep upkeep;

  @BeforeEach
  void prepare() {
    database = new ConsumerDatabase();
    // One connection, whose plans and counters these are.
    connection = database.consumerPool();
    connection.setMaximumPoolSize(1);
    jdbc = JdbcClient.create(connection);
    upkeep = new Upkeep(jdbc);
  }

  private void fill() {
    // Some of each state are beyond the retention, scattered over the table.
    insert("APPLIED", ROWS, "seen", "now() - age, n, 'SEEN', null, null, null, null, null");
    insert("DROPPED", ROWS / 10, "gone", "null, null, null, null, null, 'o', '{}', ''");
    insert("PARKED", ROWS / 10, "bad", "null, null, null, 'STALE', 'stale', 'o', '{}', ''");
    insert("HELD", 10, "early", "null, null, null, null, null, 'o', '{}', ''");
  }

  @AfterEach
  void drop() {
    connection.close();
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
    fill();
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
    fill();
    long all = readWhole();
    long unsettled = read("inbox_unsettled");
    assertThat(upkeep.parkGapsOlderThan(Duration.ofHours(1))).isEqualTo(10);
    assertThat(readWhole() - all).as("rows read without an index").isZero();
    assertThat(read("inbox_unsettled") - unsettled).isLessThan(ROWS / 5);
  }

  @Test
  void what_is_due_is_begun_in_pieces_that_read_no_more_than_themselves() {
    fill();
    database
        .owner()
        .sql(
            """
            update consuming.inbox set state = 'RETRYING', reason = null, next_attempt_at = now()
            where state = 'PARKED'
            """)
        .update();
    var due = new DueEvents(jdbc, Probe.CONSUMER);
    // The first ones plan; kept plans come later.
    for (int i = 0; i < 10; i++) {
      due.begin(10);
    }
    long before = read("inbox_due");
    assertThat(due.begin(10)).hasSize(10);
    assertThat(read("inbox_due") - before).isLessThan(ROWS / 50);
  }

  @Test
  void plans_that_were_made_for_an_empty_inbox_read_little_of_a_full_one() {
    Probe.makeTable(database);
    var probe = new Probe(connection);
    settleSome(probe, "first");
    database.owner().sql("analyze consuming.inbox, consuming.progress").update();
    // Kept from the fifth time on, and made for tables that hold next to nothing.
    for (int i = 1; i <= 10; i++) {
      settleSome(probe, "empty" + i);
    }
    database.owner().sql("alter table consuming.inbox set (autovacuum_enabled = false)").update();
    database
        .owner()
        .sql("alter table consuming.progress set (autovacuum_enabled = false)")
        .update();
    fill();
    database
        .owner()
        .sql(
            """
            insert into consuming.progress (consumer, aggregate_type, aggregate_id, version)
            select 'probe', 'order', 'other' || n, 1 from generate_series(1, :rows) n
            """)
        .param("rows", ROWS)
        .update();
    database
        .owner()
        .sql(
            """
            update consuming.inbox set state = 'RETRYING', reason = null, next_attempt_at = now() + interval '1 day'
            where state = 'PARKED'
            """)
        .update();
    long byIndex = counter("select sum(idx_tup_read) from pg_stat_user_indexes");
    long all = counter("select sum(seq_tup_read) from pg_stat_user_tables");
    settleSome(probe, "full");
    assertThat(counter("select sum(seq_tup_read) from pg_stat_user_tables") - all).isZero();
    assertThat(counter("select sum(idx_tup_read) from pg_stat_user_indexes") - byIndex)
        .isLessThan(200);
  }

  /** Applied, held, let go, retried. */
  private static void settleSome(Probe probe, String aggregate) {
    probe.receive(Probe.event(aggregate, 1));
    probe.receive(Probe.event(aggregate, 4), Probe.event(aggregate, 3));
    probe.receive(Probe.event(aggregate, 2));
    probe.retry();
    probe.retry();
  }

  private long read(String index) {
    return counter(
        "select idx_tup_read from pg_stat_user_indexes where indexrelname = '%s'".formatted(index));
  }

  private long readWhole() {
    return counter("select seq_tup_read from pg_stat_user_tables where relname = 'inbox'");
  }

  private long counter(String query) {
    // A session that has ended for its client may still be adding what it read to the counters.
    await().until(() -> otherSessions() == 0);
    // Else this session's reads show some time later.
    jdbc.sql("select pg_stat_force_next_flush()").query((row, n) -> "").list();
    return jdbc.sql(query).query(Long.class).single();
  }

  private long otherSessions() {
    return jdbc.sql(
            """
            select count(*) from pg_stat_activity
            where datname = current_database() and usename is not null and pid <> pg_backend_pid()
            """)
        .query(Long.class)
        .single();
  }
}
