package io.reliableoutbox.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/**
 * R17, R24: an operator's function against a relay that blocks rows, a retention that removes them
 * and another operator, each at the worst moment, with real locks.
 */
class OutboxOperationsRaceIT {
  private static final String LOCK_PARKED =
      "select position from ordering.outbox_delivery where state = 'PARKED' order by position for share";
  private static final String BLOCK_THE_REST =
      "update ordering.outbox_delivery set state = 'BLOCKED' where state = 'PENDING'";

  /** The gate is opened after the statement has its snapshot, and before it locks anything. */
  private static final String RETENTION =
      """
      with old as (
        select d.position from ordering.outbox_delivery d
        where (select pg_advisory_xact_lock_shared(1)) is not null
          and d.state = 'PUBLISHED' and coalesce(d.replayed_at, d.settled_at) < clock_timestamp() - interval '1 day'
        for update skip locked),
      removed as (delete from ordering.outbox_delivery d using old where d.position = old.position returning d.position)
      delete from ordering.outbox o using removed where o.position = removed.position
      """;

  private final OperatedOutbox outbox = new OperatedOutbox();

  @AfterEach
  void drop() {
    outbox.close();
  }

  @Test
  void what_a_relay_blocks_while_a_replay_waits_for_it_is_freed() throws Exception {
    var events = outbox.unversioned("a", "PARKED", "PENDING", "PENDING");
    try (var relay = transaction("owner");
        var operator = transaction("operator")) {
      query(relay, LOCK_PARKED);
      var replay = inBackground(operator, replayOf(events.get(0)));
      awaitBlocked(operator);
      query(relay, BLOCK_THE_REST);
      relay.commit();
      replay.join();
      assertThat(outbox.stored(events)).containsExactly("PARKED", "BLOCKED", "BLOCKED");
      operator.commit();
    }
    assertThat(outbox.stored(events)).containsOnly("PENDING");
  }

  @Test
  void a_relay_that_waits_for_a_replay_blocks_nothing_any_more() throws Exception {
    var events = outbox.unversioned("a", "PARKED", "PENDING");
    try (var relay = transaction("owner");
        var operator = transaction("operator")) {
      query(operator, replayOf(events.get(0)));
      var parked = inBackground(relay, LOCK_PARKED);
      awaitBlocked(relay);
      operator.commit();
      assertThat(parked.join()).isEmpty();
    }
  }

  @Test
  void a_skip_that_waits_for_a_mark_finds_what_the_mark_made() throws Exception {
    var events = outbox.versioned("a", "RETRYING", "PENDING");
    try (var relay = transaction("owner");
        var operator = transaction("operator")) {
      query(
          relay,
          """
          update ordering.outbox_delivery set state = 'PARKED', next_attempt_at = null where state = 'RETRYING'
          """);
      query(relay, BLOCK_THE_REST);
      var skip = inBackground(operator, "select ordering.skip('" + events.get(0) + "', 'a test')");
      awaitBlocked(operator);
      relay.commit();
      skip.join();
      operator.commit();
    }
    assertThat(outbox.stored(events)).containsExactly("PENDING+", "PENDING");
  }

  @Test
  void what_retention_removes_while_a_replay_waits_for_it_is_refused() throws Exception {
    UUID event = oldEvent();
    try (var retention = transaction("owner");
        var operator = transaction("operator")) {
      query(retention, RETENTION);
      var replay = inBackground(operator, replayOf(event));
      awaitBlocked(operator);
      retention.commit();
      assertThat(replay.join()).singleElement().asString().startsWith("refused: there is no such");
    }
    assertThat(outbox.copies(List.of(event))).containsExactly("none");
  }

  @Test
  void retention_looks_again_at_an_event_that_was_replayed_meanwhile() throws Exception {
    UUID event = oldEvent();
    try (var gate = transaction("owner");
        var retention = transaction("owner")) {
      query(gate, "select pg_advisory_xact_lock(1)");
      var removed = inBackground(retention, RETENTION);
      awaitBlocked(retention);
      assertThat(outbox.replay(event)).startsWith("replayed");
      gate.commit();
      removed.join();
      retention.commit();
    }
    assertThat(outbox.stored(List.of(event))).containsExactly("PUBLISHED");
    assertThat(outbox.copies(List.of(event))).containsExactly("PENDING");
    assertThat(outbox.owner.sql("select id from ordering.outbox").query(UUID.class).list())
        .containsExactly(event);
  }

  @Test
  void operators_take_turns_so_that_neither_leaves_the_other_s_rows_blocked() throws Exception {
    var events = outbox.unversioned("a", "PARKED", "BLOCKED", "PARKED", "BLOCKED");
    try (var one = transaction("operator");
        var two = transaction("operator")) {
      query(one, replayOf(events.get(2)));
      var replay = inBackground(two, replayOf(events.get(0)));
      awaitBlocked(two);
      one.commit();
      replay.join();
      two.commit();
    }
    assertThat(outbox.stored(events)).containsOnly("PENDING");
  }

  private UUID oldEvent() {
    UUID event = outbox.unversioned("a", "PUBLISHED").get(0);
    outbox.database.execute(
        "update ordering.outbox_delivery set settled_at = settled_at - interval '2 days'");
    return event;
  }

  private static String replayOf(UUID event) {
    return "select ordering.replay('" + event + "')";
  }

  private Connection transaction(String role) throws SQLException {
    Connection connection = outbox.connect(role);
    connection.setAutoCommit(false);
    return connection;
  }

  private static CompletableFuture<List<String>> inBackground(Connection connection, String sql) {
    return CompletableFuture.supplyAsync(() -> query(connection, sql));
  }

  private static List<String> query(Connection connection, String sql) {
    try (var statement = connection.createStatement()) {
      var found = new ArrayList<String>();
      if (statement.execute(sql)) {
        for (var rows = statement.getResultSet(); rows.next(); ) {
          found.add(String.valueOf(rows.getString(1)));
        }
      }
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private void awaitBlocked(Connection waiting) throws SQLException {
    int pid = waiting.unwrap(PGConnection.class).getBackendPID();
    await()
        .until(
            () ->
                outbox
                    .owner
                    .sql("select exists (select from pg_locks where pid = :pid and not granted)")
                    .param("pid", pid)
                    .query(Boolean.class)
                    .single());
  }
}
