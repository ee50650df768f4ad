package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The two usual ways to poll an outbox, going wrong: ADR 1 and ADR 9 rest on this. */
class NaivePollingIT {
  private static final String TAKE = "order by position limit 1 for update skip locked";
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
  void a_cursor_over_positions_never_sees_what_commits_late() throws SQLException {
    try (Connection late = session();
        Connection relay = session()) {
      insert(late, "late");
      outbox.insert("early", "thing.changed");

      List<Long> seen = select(relay, "where position > 0 order by position");
      late.commit();
      List<Long> next =
          select(relay, "where position > " + seen.get(seen.size() - 1) + " order by position");

      assertThat(next).as("nothing above the cursor").isEmpty();
      assertThat(select(relay, "order by position")).as("and yet there are two").hasSize(2);
      assertThat(seen).as("of which one was seen").hasSize(1);
    }
  }

  @Test
  void skip_locked_hands_two_events_of_one_aggregate_to_two_relays_at_once() throws SQLException {
    outbox.insert("same", "first.thing");
    outbox.insert("same", "second.thing");
    try (Connection one = session();
        Connection two = session()) {
      List<Long> taken = select(one, TAKE);
      List<Long> takenMeanwhile = select(two, TAKE);

      assertThat(taken).containsExactly(1L);
      assertThat(takenMeanwhile)
          .as("now nothing decides which of them is published first")
          .containsExactly(2L);
    }
  }

  private Connection session() throws SQLException {
    Connection connection = outbox.database.dataSource().getConnection();
    connection.setAutoCommit(false);
    return connection;
  }

  private static void insert(Connection connection, String aggregateId) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.executeUpdate(
          "insert into ordering.outbox (aggregate_type, aggregate_id, event_type, payload)"
              + " values ('thing', '"
              + aggregateId
              + "', 'thing.changed', '{}')");
    }
  }

  private static List<Long> select(Connection connection, String which) throws SQLException {
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery("select position from ordering.outbox_delivery " + which)) {
      List<Long> positions = new ArrayList<>();
      while (rows.next()) {
        positions.add(rows.getLong(1));
      }
      return positions;
    }
  }
}
