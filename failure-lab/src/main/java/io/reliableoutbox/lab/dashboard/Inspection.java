package io.reliableoutbox.lab.dashboard;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What SQL says about the system, by the role inspector and the public views. Each part is asked
 * for by itself: one that is slow or refused costs its own place on the page, not the page. Not
 * thread-safe: see {@link CachedInspection}.
 */
final class Inspection {
  private final DataSource source;
  private @Nullable Connection connection;

  Inspection(DataSource source) {
    this.source = source;
  }

  /** Numbers that cost a pass over the tables. */
  Map<String, Object> counts() {
    var counts = new LinkedHashMap<String, Object>();
    counts.put(
        "events",
        rows(
            """
            select event_type, count(*) as count
            from ordering.outbox
            where aggregate_type = 'order'
            group by event_type
            order by event_type
            """));
    counts.put(
        "outbox",
        rows(
            """
            select count(*) as total, count(published_at) as published from ordering.outbox_state
            """));
    counts.put(
        "consumers",
        rows(
            """
            select consumer, state, count(*) as count
            from consuming.inbox_state
            group by consumer, state
            order by consumer, state
            """));
    return counts;
  }

  /** Numbers and rows that stay cheap however large the tables get. */
  Map<String, Object> latest() {
    var latest = new LinkedHashMap<String, Object>();
    latest.put(
        "lag",
        rows(
            """
            select pending, extract(epoch from oldest_pending_age)::float8 as oldest_pending_seconds,
                   published_last_minute, parked, blocked_aggregates
            from ordering.outbox_lag
            """));
    latest.put(
        "relays",
        rows(
            """
            select name, buckets, epoch, extract(epoch from lease_left)::float8 as lease_left_seconds
            from ordering.relay_state
            order by name
            limit 20
            """));
    latest.put(
        "ledger",
        rows(
            """
            select aggregate_id, aggregate_version, event_type, committed_at::text, published_at::text,
                   extract(epoch from published_at - committed_at)::float8 * 1000 as publish_ms,
                   email_outcome, inventory_outcome, analytics_outcome,
                   email_applied_at is not null as email, inventory_applied_at is not null as inventory,
                   analytics_applied_at is not null as analytics
            from public.ledger
            order by position desc
            limit 15
            """));
    latest.put(
        "parked",
        rows(
            """
            select 'outbox' as place, id::text as message_id, event_type, last_error as reason
            from ordering.outbox_state
            where state = 'PARKED'
            limit 10
            """,
            """
            select consumer as place, message_id::text, event_type, reason
            from consuming.parked
            limit 10
            """));
    return latest;
  }

  private List<Map<String, Object>> rows(String... queries) {
    var rows = new ArrayList<Map<String, Object>>();
    for (var query : queries) {
      try (var statement = connection().createStatement();
          var result = statement.executeQuery(query)) {
        while (result.next()) {
          rows.add(row(result));
        }
      } catch (SQLException e) {
        rows.add(Map.of("error", String.valueOf(e.getMessage())));
      }
    }
    return rows;
  }

  private static Map<String, Object> row(ResultSet result) throws SQLException {
    var row = new LinkedHashMap<String, Object>();
    var columns = result.getMetaData();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      var value = result.getObject(i);
      if (value != null) {
        row.put(columns.getColumnLabel(i), value);
      }
    }
    return row;
  }

  private Connection connection() throws SQLException {
    var open = connection;
    if (open == null || !open.isValid(1)) {
      open = source.getConnection();
      try (var statement = open.createStatement()) {
        // A look must not become a load: what takes longer is not shown.
        statement.execute("set statement_timeout = '2s'");
      }
      connection = open;
    }
    return open;
  }
}
