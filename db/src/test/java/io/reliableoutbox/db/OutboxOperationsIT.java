package io.reliableoutbox.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** R17: what the operator's functions make of each state. */
class OutboxOperationsIT {
  private static OperatedOutbox outbox;

  @BeforeAll
  static void migrate() {
    outbox = new OperatedOutbox();
  }

  @AfterAll
  static void drop() {
    outbox.close();
  }

  @BeforeEach
  void clear() {
    outbox.clear();
  }

  @Test
  void a_parked_event_goes_out_in_its_place_and_what_it_blocked_follows() {
    var events = outbox.unversioned("a", "PUBLISHED", "PARKED", "BLOCKED", "BLOCKED", "PENDING");
    var others = outbox.unversioned("b", "PARKED", "BLOCKED");
    assertThat(outbox.replay(events.get(1))).isEqualTo("replayed: sent in its place");
    assertThat(outbox.stored(events))
        .containsExactly("PUBLISHED", "PENDING", "PENDING", "PENDING", "PENDING");
    assertThat(outbox.stored(others)).containsExactly("PARKED", "BLOCKED");
    assertThat(outbox.ask("select attempts from ordering.outbox_state where aggregate_id = 'a'"))
        .containsOnly("0");
  }

  @Test
  void a_skip_looks_at_its_aggregate_and_at_no_backlog() throws Exception {
    var events = outbox.unversioned("a", "PARKED", "BLOCKED", "BLOCKED");
    outbox.unversioned("b", "PARKED", "BLOCKED");
    outbox.database.execute(
        """
        insert into ordering.outbox (aggregate_type, aggregate_id, event_type, payload)
        select 'thing', 'n' || n % 100, 'thing.changed', '{}' from generate_series(1, 20000) n;
        update ordering.outbox_delivery set state = 'BLOCKED' where position % 2 = 0 and state = 'PENDING';
        """);
    outbox.database.execute("analyze ordering.outbox_delivery");
    try (var operator = outbox.connect("operator");
        var statement = operator.createStatement()) {
      operator.setAutoCommit(false);
      statement.execute("select ordering.skip('" + events.get(0) + "', 'a test')");
      try (var read =
          statement.executeQuery(
              """
              select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)
              from pg_stat_xact_user_tables where relid = 'ordering.outbox_delivery'::regclass
              """)) {
        read.next();
        assertThat(read.getLong(1)).as("rows of outbox_delivery read").isBetween(1L, 1000L);
      }
      operator.commit();
    }
    assertThat(outbox.stored(events)).containsExactly("SKIPPED", "PENDING", "PENDING");
  }

  @Test
  void what_stands_behind_another_parked_event_stays_blocked() {
    var events = outbox.unversioned("a", "PARKED", "BLOCKED", "PARKED", "BLOCKED");
    outbox.replay(events.get(0));
    assertThat(outbox.stored(events)).containsExactly("PENDING", "PENDING", "PARKED", "BLOCKED");
    outbox.replay(events.get(2));
    assertThat(outbox.stored(events)).containsOnly("PENDING");
  }

  @Test
  void a_parked_event_behind_another_one_waits_for_its_turn() {
    var events = outbox.unversioned("a", "PARKED", "BLOCKED", "PARKED", "BLOCKED");
    outbox.replay(events.get(2));
    assertThat(outbox.stored(events)).containsExactly("PARKED", "BLOCKED", "PENDING", "BLOCKED");
    outbox.replay(events.get(0));
    assertThat(outbox.stored(events)).containsOnly("PENDING");
  }

  @Test
  void a_published_event_is_sent_as_a_copy_that_holds_nothing_up() {
    var events = outbox.unversioned("a", "PUBLISHED", "PUBLISHED", "PENDING");
    var before = outbox.ask("select published_at from ordering.outbox_state order by position");
    assertThat(outbox.replay(events.get(0))).isEqualTo("replayed: sent as one more copy");
    assertThat(outbox.copies(events)).containsExactly("PENDING", "none", "none");
    assertThat(outbox.stored(events)).containsExactly("PUBLISHED", "PUBLISHED", "PENDING");
    assertThat(outbox.ask("select published_at from ordering.outbox_state order by position"))
        .isEqualTo(before);
    assertThat(
            outbox
                .owner
                .sql(
                    """
                    select original.replayed_at is not null and copy.bucket = original.bucket
                           and copy.aggregate_key = ~original.aggregate_key
                    from ordering.outbox_delivery copy
                    join ordering.outbox_delivery original on original.position = copy.position and not original.copy
                    where copy.copy
                    """)
                .query(Boolean.class)
                .list())
        .containsExactly(true);
  }

  @Test
  void a_copy_that_was_sent_is_sent_again_and_one_that_was_not_is_left_alone() {
    UUID event = outbox.unversioned("a", "PUBLISHED").get(0);
    outbox.replay(event);
    assertThat(outbox.replay(event)).startsWith("on its way");
    outbox.mark(event, true, "RETRYING");
    assertThat(outbox.replay(event)).startsWith("on its way");
    assertThat(outbox.copies(List.of(event))).containsExactly("RETRYING");
    outbox.mark(event, true, "BLOCKED");
    assertThat(outbox.replay(event)).startsWith("on its way");
    assertThat(outbox.copies(List.of(event))).containsExactly("PENDING");
    outbox.mark(event, true, "PUBLISHED");
    assertThat(outbox.replay(event)).startsWith("replayed");
    assertThat(outbox.copies(List.of(event))).containsExactly("PENDING");
  }

  @Test
  void a_parked_copy_is_revived_and_frees_the_copies_behind_it() {
    var events = outbox.unversioned("a", "PUBLISHED", "PUBLISHED", "PUBLISHED");
    outbox.ask("select ordering.replay_aggregate('thing', 'a')");
    outbox.mark(events.get(0), true, "PARKED");
    outbox.mark(events.get(1), true, "BLOCKED");
    outbox.mark(events.get(2), true, "BLOCKED");
    assertThat(outbox.ask("select reason from ordering.outbox_stuck"))
        .containsExactly("copy for a replay: PARKED after 9 attempts: nack");
    assertThat(outbox.ask("select ordering.replay_parked()")).containsExactly("1");
    assertThat(outbox.copies(events)).containsOnly("PENDING");
  }

  @Test
  void nothing_older_than_the_shortest_known_retention_is_replayed() {
    UUID old = outbox.unversioned("a", "PUBLISHED").get(0);
    outbox.unversioned("b", "PUBLISHED");
    outbox.database.execute(
        """
        update ordering.outbox_delivery set settled_at = settled_at - interval '2 days'
        where position = (select min(position) from ordering.outbox);
        insert into ordering.relay (relay_id, name, expires_at, retention)
        values (gen_random_uuid(), 'one', now(), '7 days'), (gen_random_uuid(), 'two', now(), '1 day'),
               (gen_random_uuid(), 'of an older release', now(), null)
        """);
    assertThat(outbox.replay(old)).startsWith("refused: it was published at").contains("retention");
    assertThat(outbox.ask("select ordering.replay_range('-infinity', 'infinity')"))
        .containsExactly("1");
    assertThat(outbox.copies(List.of(old))).containsExactly("none");
    outbox.database.execute("delete from ordering.relay");
    assertThat(outbox.replay(old)).startsWith("replayed");
  }

  @Test
  void a_skipped_event_goes_out_after_all_unless_a_successor_did() {
    var events = outbox.versioned("a", "SKIPPED", "SKIPPED", "PENDING");
    assertThat(outbox.replay(events.get(0))).startsWith("replayed");
    outbox.mark(events.get(2), false, "PUBLISHED");
    assertThat(outbox.replay(events.get(1))).startsWith("refused").contains("later event");
    assertThat(outbox.stored(events)).containsExactly("PENDING", "SKIPPED", "PUBLISHED");
  }

  @Test
  void a_retry_becomes_due_and_keeps_its_attempts() {
    var events = outbox.unversioned("a", "RETRYING", "PENDING");
    assertThat(outbox.replay(events.get(0))).isEqualTo("replayed: its next attempt is due now");
    assertThat(
            outbox.ask(
                "select attempts from ordering.outbox_state where state = 'RETRYING' and next_attempt_at <= clock_timestamp()"))
        .containsExactly("9");
    assertThat(outbox.replay(events.get(1))).isEqualTo("on its way: it is PENDING");
  }

  @Test
  void a_blocked_event_says_what_it_waits_for_and_is_freed_if_that_is_not_there() {
    var events = outbox.unversioned("a", "PARKED", "BLOCKED");
    assertThat(outbox.replay(events.get(1))).startsWith("on its way: it is BLOCKED");
    assertThat(outbox.stored(events)).containsExactly("PARKED", "BLOCKED");
    outbox.mark(events.get(0), false, "PUBLISHED");
    assertThat(outbox.ask("select reason from ordering.outbox_stuck").get(0)).contains("replay it");
    outbox.replay(events.get(1));
    assertThat(outbox.stored(events)).containsExactly("PUBLISHED", "PENDING");
  }

  @Test
  void an_unknown_event_is_refused() {
    assertThat(outbox.replay(UUID.randomUUID())).startsWith("refused: there is no such event");
    assertThat(outbox.skip(UUID.randomUUID())).startsWith("refused: there is no such event");
    assertThat(outbox.ask("select ordering.replay_aggregate('thing', 'none')"))
        .containsExactly("0");
  }

  @Test
  void an_aggregate_is_replayed_as_copies_and_in_place() {
    var events = outbox.versioned("a", "PUBLISHED", "SKIPPED", "PUBLISHED", "PARKED", "BLOCKED");
    var others = outbox.versioned("b", "PUBLISHED", "PARKED");
    assertThat(outbox.ask("select ordering.replay_aggregate('thing', 'a')")).containsExactly("3");
    assertThat(outbox.stored(events))
        .containsExactly("PUBLISHED", "SKIPPED", "PUBLISHED", "PENDING", "PENDING");
    assertThat(outbox.copies(events)).containsExactly("PENDING", "none", "PENDING", "none", "none");
    assertThat(outbox.stored(others)).containsExactly("PUBLISHED", "PARKED");
    assertThat(outbox.copies(others)).containsOnly("none");
  }

  @Test
  void a_range_has_its_beginning_and_not_its_end() {
    var events = outbox.unversioned("a", "PUBLISHED", "PUBLISHED", "PUBLISHED", "SKIPPED");
    outbox.database.execute(
        """
        update ordering.outbox_delivery
        set settled_at = '2026-01-01Z'::timestamptz
            + (position - (select min(position) from ordering.outbox)) * interval '1 hour'
        """);
    assertThat(outbox.ask("select ordering.replay_range('2026-01-01 00:00Z', '2026-01-01 02:00Z')"))
        .containsExactly("2");
    assertThat(outbox.copies(events)).containsExactly("PENDING", "PENDING", "none", "none");
    assertThat(outbox.ask("select ordering.replay_range('2026-01-01Z', '2027-01-01Z')"))
        .containsExactly("1");
  }

  @Test
  void parked_events_are_replayed_by_type_and_time() {
    var events = outbox.unversioned("a", "PARKED", "BLOCKED");
    var others = outbox.unversioned("b", "PARKED");
    outbox.database.execute(
        """
        update ordering.outbox_delivery set first_failed_at = first_failed_at - interval '2 hours'
        where position = (select min(position) from ordering.outbox)
        """);
    assertThat(outbox.ask("select ordering.replay_parked('thing.unheard.of')"))
        .containsExactly("0");
    assertThat(
            outbox.ask(
                "select ordering.replay_parked(since => clock_timestamp() - interval '1 hour')"))
        .containsExactly("1");
    assertThat(outbox.stored(others)).containsExactly("PENDING");
    assertThat(outbox.ask("select ordering.replay_parked('thing.changed')")).containsExactly("1");
    assertThat(outbox.stored(events)).containsOnly("PENDING");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PENDING", "RETRYING", "PARKED"})
  void a_tombstone_takes_the_place_of_a_versioned_event(String state) {
    var events = outbox.versioned("a", state, "PENDING");
    assertThat(outbox.skip(events.get(0))).isEqualTo("skipped: a tombstone is sent in its place");
    assertThat(outbox.stored(events)).containsExactly("PENDING+", "PENDING");
    assertThat(outbox.replay(events.get(0))).isEqualTo("on its way: it is PENDING, as a tombstone");
    assertThat(outbox.ask("select attempts from ordering.outbox_state")).containsOnly("0");
  }

  @Test
  void a_tombstone_that_stands_behind_a_parked_event_waits_like_any_other() {
    var events = outbox.versioned("a", "PARKED", "BLOCKED", "BLOCKED");
    outbox.skip(events.get(1));
    assertThat(outbox.stored(events)).containsExactly("PARKED", "BLOCKED+", "BLOCKED");
    outbox.skip(events.get(0));
    assertThat(outbox.stored(events)).containsExactly("PENDING+", "PENDING+", "PENDING");
  }

  @Test
  void a_skipped_event_that_is_replayed_is_no_tombstone() {
    UUID event = outbox.versioned("a", "PARKED").get(0);
    outbox.skip(event);
    outbox.mark(event, false, "SKIPPED");
    assertThat(outbox.replay(event)).contains("consumer that has its tombstone");
    assertThat(outbox.stored(List.of(event))).containsExactly("PENDING");
  }

  @ParameterizedTest
  @CsvSource({"PENDING, PENDING", "RETRYING, PENDING", "PARKED, BLOCKED"})
  void an_unversioned_event_is_skipped_at_once(String state, String successor) {
    var events = outbox.unversioned("a", state, successor);
    assertThat(outbox.skip(events.get(0))).isEqualTo("skipped");
    assertThat(outbox.stored(events)).containsExactly("SKIPPED", "PENDING");
    assertThat(outbox.ask("select published_at from ordering.outbox_state")).containsOnly("null");
  }

  @Test
  void what_went_out_can_t_be_skipped_but_its_copy_can() {
    var events = outbox.unversioned("a", "PUBLISHED", "SKIPPED");
    assertThat(outbox.skip(events.get(0))).isEqualTo("refused: it is PUBLISHED");
    assertThat(outbox.skip(events.get(1))).isEqualTo("refused: it is SKIPPED already");
    outbox.replay(events.get(0));
    outbox.mark(events.get(0), true, "PARKED");
    assertThat(outbox.skip(events.get(0))).startsWith("skipped: the copy");
    assertThat(outbox.copies(events)).containsExactly("SKIPPED", "none");
  }

  @Test
  void calls_that_can_t_be_meant_are_errors_with_a_hint() {
    String id = outbox.unversioned("a", "PARKED").get(0).toString();
    for (String reason : List.of("null", "''", "e' \\n'", "repeat('x', 501)")) {
      assertThatThrownBy(() -> outbox.ask("select ordering.skip('" + id + "', " + reason + ")"))
          .hasRootCauseInstanceOf(SQLException.class)
          .hasStackTraceContaining("a skip needs a reason of 1 to 500 characters")
          .rootCause()
          .hasFieldOrPropertyWithValue("SQLState", "22023");
    }
    for (String range : List.of("null, now()", "now(), null", "now(), now()")) {
      assertThatThrownBy(() -> outbox.ask("select ordering.replay_range(" + range + ")"))
          .hasStackTraceContaining("\"from\" before its \"to\"")
          .hasStackTraceContaining("Hint:");
    }
    assertThat(outbox.ask("select count(*) from ordering.outbox_audit")).containsExactly("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"repeatable read", "serializable"})
  void isolation_levels_that_keep_one_snapshot_are_refused(String level) throws SQLException {
    outbox.unversioned("a", "PARKED");
    try (var connection = outbox.connect("operator");
        var statement = connection.createStatement()) {
      statement.execute("begin isolation level " + level);
      assertThatThrownBy(() -> statement.execute("select ordering.replay_parked()"))
          .hasMessageContaining("isolation level " + level)
          .hasFieldOrPropertyWithValue("SQLState", "25000");
    }
  }

  @Test
  void each_call_is_audited_and_a_refusal_is_not() {
    var events = outbox.unversioned("a", "PARKED", "PENDING", "PUBLISHED");
    outbox.replay(events.get(0));
    outbox.skip(events.get(1));
    outbox.skip(events.get(2));
    outbox.ask("select ordering.replay_parked('thing.changed')");
    outbox.ask("select ordering.replay_aggregate('thing', 'a')");
    outbox.ask("select ordering.replay_range('2026-01-01Z', 'infinity')");
    assertThat(
            outbox.ask(
                """
                select concat_ws(' ', role, action, message_id, reason,
                                 (select string_agg(value, ' ' order by key) from jsonb_each_text(arguments)), events)
                from ordering.outbox_audit order by id
                """))
        .containsExactly(
            "operator replay " + events.get(0) + " 1",
            "operator skip " + events.get(1) + " a test 1",
            "operator replay_parked thing.changed 0",
            "operator replay_aggregate a thing 1",
            "operator replay_range 2026-01-01T00:00:00+00:00 infinity 0");
  }

  @Test
  void relays_are_woken_by_each_call() throws SQLException {
    UUID event = outbox.unversioned("a", "PARKED").get(0);
    try (var connection = outbox.connect("owner");
        var statement = connection.createStatement()) {
      statement.execute("listen ordering_outbox");
      outbox.replay(event);
      await()
          .until(
              () -> connection.unwrap(PGConnection.class).getNotifications(100),
              n -> n.length == 1);
    }
  }
}
