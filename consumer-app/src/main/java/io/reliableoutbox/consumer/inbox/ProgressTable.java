package io.reliableoutbox.consumer.inbox;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
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
  Progress lock(Collection<AggregateKey> aggregates) {
    if (aggregates.isEmpty()) {
      return Progress.NONE;
    }
    SortedSet<AggregateKey> keys = new TreeSet<>(aggregates);
    Set<AggregateKey> made = makeMissing(keys);
    keys.removeAll(made);
    Map<AggregateKey, Long> versions = new HashMap<>();
    // Nobody else sees a row that is not committed: who wants to make it, too, waits.
    made.forEach(key -> versions.put(key, 0L));
    if (!keys.isEmpty()) {
      lockExisting(keys).forEach(row -> versions.put(row.getKey(), row.getValue()));
    }
    return new Progress(versions, made);
  }

  private List<Map.Entry<AggregateKey, Long>> lockExisting(SortedSet<AggregateKey> keys) {
    // One order for everybody, so that two processes with overlapping batches can't deadlock.
    return jdbc.sql(
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
        .list();
  }

  private static Map.Entry<AggregateKey, Long> progress(ResultSet row, int number)
      throws SQLException {
    return Map.entry(key(row), row.getLong("version"));
  }

  private static AggregateKey key(ResultSet row) throws SQLException {
    return new AggregateKey(row.getString("aggregate_type"), row.getString("aggregate_id"));
  }

  private Set<AggregateKey> makeMissing(SortedSet<AggregateKey> keys) {
    return jdbc.sql(
            """
            insert into consuming.progress (consumer, aggregate_type, aggregate_id)
            select :consumer, k.type, k.id
            from unnest(:types::text[], :ids::text[]) as k(type, id)
            order by k.type, k.id
            on conflict do nothing
            returning aggregate_type, aggregate_id
            """)
        .param("consumer", consumer)
        .param("types", types(keys))
        .param("ids", ids(keys))
        .query((row, number) -> key(row))
        .set();
  }

  /** Moves aggregates on whose rows are locked. */
  void advance(Map<AggregateKey, Long> versions) {
    if (versions.isEmpty()) {
      return;
    }
    List<AggregateKey> keys = List.copyOf(versions.keySet());
    jdbc.sql(
            """
            insert into consuming.progress (consumer, aggregate_type, aggregate_id, version)
            select :consumer, k.type, k.id, k.version
            from unnest(:types::text[], :ids::text[], :versions::bigint[]) as k(type, id, version)
            -- Always: the rows are there. A join would read the whole table while it is small.
            on conflict (consumer, aggregate_type, aggregate_id) do update set version = excluded.version
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
