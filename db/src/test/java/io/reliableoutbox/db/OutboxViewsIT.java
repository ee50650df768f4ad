package io.reliableoutbox.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the views show. */
class OutboxViewsIT {
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
  void what_stands_behind_a_parked_event_is_blocked_whether_a_relay_has_seen_it_or_not() {
    outbox.unversioned("a", "PENDING", "PARKED", "BLOCKED", "PENDING");
    outbox.unversioned("b", "RETRYING", "PENDING", "SKIPPED", "PUBLISHED");
    assertThat(outbox.ask("select state from ordering.outbox_state order by position"))
        .containsExactly(
            "PENDING",
            "PARKED",
            "BLOCKED",
            "BLOCKED",
            "RETRYING",
            "PENDING",
            "SKIPPED",
            "PUBLISHED");
    assertThat(
            outbox.ask(
                "select count(*) from ordering.outbox_state where state = 'BLOCKED' union all select count(*) from ordering.outbox_state where state = 'PENDING'"))
        .containsExactly("2", "2");
  }

  @Test
  void copies_are_no_rows_of_the_state_and_are_counted_by_themselves() {
    var events = outbox.unversioned("a", "PUBLISHED", "PUBLISHED", "PUBLISHED");
    outbox.ask("select ordering.replay_aggregate('thing', 'a')");
    outbox.mark(events.get(0), true, "PUBLISHED");
    outbox.mark(events.get(1), true, "RETRYING");
    assertThat(outbox.ask("select state from ordering.outbox_state")).hasSize(3);
    assertThat(lag())
        .containsEntry("pending", 0L)
        .containsEntry("published_last_minute", 3L)
        .containsEntry("copies_pending", 2L);
    assertThat(outbox.ask("select reason from ordering.outbox_stuck"))
        .singleElement()
        .asString()
        .startsWith("copy for a replay: RETRYING");
  }

  @Test
  void lag_counts_what_can_flow_and_what_is_parked() {
    outbox.unversioned("a", "PENDING", "PARKED", "BLOCKED", "PENDING", "RETRYING");
    outbox.unversioned("b", "RETRYING", "PENDING");
    outbox.unversioned("c", "PARKED");
    assertThat(lag())
        .containsEntry("pending", 3L)
        .containsEntry("published_last_minute", 0L)
        .containsEntry("parked", 2L)
        .containsEntry("blocked_aggregates", 1L)
        .containsEntry("copies_pending", 0L);
    assertThat(lag().get("oldest_pending_age")).isNotNull();
  }

  @Test
  void an_empty_outbox_has_no_lag() {
    assertThat(lag()).containsEntry("pending", 0L).containsEntry("parked", 0L);
    assertThat(lag().get("oldest_pending_age")).isNull();
  }

  @Test
  void stuck_shows_one_line_an_aggregate_with_the_event_that_holds_it() {
    outbox.unversioned("a", "PUBLISHED", "PARKED", "BLOCKED", "BLOCKED");
    outbox.unversioned("b", "PENDING");
    assertThat(
            outbox.ask(
                "select concat_ws(' ', aggregate_id, waiting, reason) from ordering.outbox_stuck"))
        .containsExactly("a 3 PARKED after 9 attempts: nack");
  }

  private static Map<String, Object> lag() {
    return outbox.operator.sql("select * from ordering.outbox_lag").query().singleRow();
  }
}
