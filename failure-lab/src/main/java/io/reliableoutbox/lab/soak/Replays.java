package io.reliableoutbox.lab.soak;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.system.LabSystem;
import io.reliableoutbox.lab.system.Pause;
import java.sql.SQLException;

/**
 * What an operator does after a queue was lost: has everything sent again that was published since
 * then. Times are those of the database, in its own words.
 */
record Replays(LabSystem system) {
  private static final int ATTEMPTS = 120;
  private static final int PATIENCE_SECONDS = 60;
  // What was published while the queue was away may be marked as published much later, by a relay
  // or a database that was frozen or down in between; a window that is too wide costs duplicates.
  private static final long MARKED_MILLIS = 60_000;

  private static final String OLDEST_MISSING =
      """
      select coalesce(min(o.published_at), clock_timestamp()) - interval '1 s'
      from ordering.outbox_state o
      where o.published_at is not null and o.event_type like 'order.%'
        -- All of them: a backlog can be any size, and lies before what was published last.
        and not exists (select from consuming.inbox i where i.consumer = ? and i.message_id = o.id)
      """;

  /** When the oldest was published that this consumer has not received. */
  String oldestMissing(String consumer) {
    return ask("inspector", OLDEST_MISSING, consumer);
  }

  /** Waits until what was under way is marked, then replays; a sentence about it. */
  String replay(String since) {
    Pause.millis(MARKED_MILLIS);
    String now = ask("inspector", "select clock_timestamp() where ? <> ''", since);
    String count =
        ask(
            "operator",
            "select ordering.replay_range(?::timestamptz, '%s'::timestamptz)".formatted(now),
            since);
    return "ordering.replay_range('%s', '%s') sends %s events again".formatted(since, now, count);
  }

  // The database may be down, frozen or cut off at any moment. A replay whose answer was lost is
  // made twice: duplicates, which the inboxes absorb.
  private String ask(String role, String sql, String parameter) {
    for (int attempt = 1; ; attempt++) {
      try (var connection = system.dataSource(role).getConnection();
          var statement = connection.prepareStatement(sql)) {
        statement.setString(1, parameter);
        statement.setQueryTimeout(PATIENCE_SECONDS);
        try (var row = statement.executeQuery()) {
          row.next();
          return row.getString(1);
        }
      } catch (SQLException e) {
        if (attempt == ATTEMPTS) {
          throw new InfrastructureException("No replay: " + e.getMessage(), e);
        }
        Pause.millis(1000);
      }
    }
  }
}
