package io.reliableoutbox.consumer.inbox;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The last settled version of each aggregate of one consumer. Its rows are the locks that make the
 * inbox's decisions true: whoever holds an aggregate's row is alone in applying and holding its
 * events, in all processes. To be called within a transaction.
 */
final class ProgressTable {
  private final JdbcClient jdbc;
  private final String consumer;

  ProgressTable(JdbcClient jdbc, String consumer) {
    this.jdbc = jdbc;
    this.consumer = consumer;
  }

  /** Locks the aggregates' rows, makes the missing ones, and returns their versions. */
  Map<AggregateKey, Long> lock(Collection<AggregateKey> aggregates) {
    if (aggregates.isEmpty()) {
      return Map.of();
    }
    SortedSet<AggregateKey> keys = new TreeSet<>(aggregates);
    makeMissing(keys);
    // One order for everybody, so that two processes with overlapping batches can't deadlock.
    return jdbc
        .sql(
            """
            select p.aggregate_type, p.aggregate_id, p.version
            from consuming.progress p
            join unnest(:types::text[], :ids::text[]) as k(type, id)
              on p.aggregate_type = k.type and p.aggregate_id = k.id
            where p.consumer = :consumer
            order by p.aggregate_type, p.aggregate_id
            for update of p
            """)
        .param("types", types(keys))
        .param("ids", ids(keys))
        .param("consumer", consumer)
        .query(ProgressTable::progress)
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static Map.Entry<AggregateKey, Long> progress(ResultSet row, int number)
      throws SQLException {
    var key = new AggregateKey(row.getString("aggregate_type"), row.getString("aggregate_id"));
    return Map.entry(key, row.getLong("version"));
  }

  private void makeMissing(SortedSet<AggregateKey> keys) {
    jdbc.sql(
            """
            insert into consuming.progress (consumer, aggregate_type, aggregate_id)
            select :consumer, k.type, k.id
            from unnest(:types::text[], :ids::text[]) as k(type, id)
            order by k.type, k.id
            on conflict do nothing
            """)
        .param("consumer", consumer)
        .param("types", types(keys))
        .param("ids", ids(keys))
        .update();
  }

  /** Moves aggregates on whose rows are locked. */
  void advance(Map<AggregateKey, Long> versions) {
    if (versions.isEmpty()) {
      return;
    }
    List<AggregateKey> keys = List.copyOf(versions.keySet());
    jdbc.sql(
            """
            update consuming.progress p set version = k.version
            from unnest(:types::text[], :ids::text[], :versions::bigint[]) as k(type, id, version)
            where p.consumer = :consumer and p.aggregate_type = k.type and p.aggregate_id = k.id
            """)
        .param("types", types(keys))
        .param("ids", ids(keys))
        .param("versions", keys.stream().map(versions::get).toArray(Long[]::new))
        .param("consumer", consumer)
        .update();
  }

  static String[] types(Collection<AggregateKey> keys) {
    return keys.stream().map(AggregateKey::type).toArray(String[]::new);
  }

  static String[] ids(Collection<AggregateKey> keys) {
    return keys.stream().map(AggregateKey::id).toArray(String[]::new);
  }
}
