package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The check of order: of each aggregate, the first arrivals are in order of position. */
final class Order {
  private Order() {}

  static void assertKept(JdbcClient sql, QueueHistory history) {
    assertThat(violations(sql, history)).as("messages that overtook an earlier one").isEmpty();
  }

  /** Ids that arrived for the first time after a later one of their aggregate. */
  static List<String> violations(JdbcClient sql, QueueHistory history) {
    Map<String, Long> positions = new HashMap<>();
    sql.sql("select id::text, position from outbox")
        .query(
            row -> {
              positions.put(row.getString(1), row.getLong(2));
            });
    Map<String, String> aggregates = new HashMap<>();
    history.all().forEach(message -> aggregates.put(message.id(), message.aggregateId()));
    Map<String, Long> last = new HashMap<>();
    return history.firstArrivals().stream()
        .filter(
            id -> {
              long position = positions.get(id);
              Long before = last.merge(aggregates.get(id), position, Math::max);
              return before > position;
            })
        .toList();
  }
}
