package io.reliableoutbox.consumer.inbox;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
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

  /**
   * Locks the aggregates' rows, makes the missing ones, and returns their versions.
   *
   * @param hoped what to write into a row that is made, so that it need not be written twice; 0 for
   *     those that are not named
   */
  Progress lock(Collection<AggregateKey> aggregates, Map<AggregateKey, Long> hoped) {
    if (aggregates.isEmpty()) {
      return Progress.NONE;
    }
    SortedSet<AggregateKey> keys = new TreeSet<>(aggregates);
    Map<AggregateKey, Long> made = makeMissing(keys, hoped);
    keys.removeAll(made.keySet());
    Map<AggregateKey, Long> versions = new HashMap<>();
    // Nobody else sees a row that is not committed: who wants to make it, too, waits.
    made.keySet().forEach(key -> versions.put(key, 0L));
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
            from (select * from unnest(:types::text[], :ids::text[]) as u(type, id) order by type, id) k
            -- One row after the other: a join could be planned the other way round, over all that there are.
            cross join lateral (
              select * from consuming.progress
              where consumer = :consumer and aggregate_type = k.type and aggregate_id = k.id
              for update) p
            """)
        .param("types", types(keys))
        .param("ids", ids(keys))
        .param("consumer", consumer)
        .query(ProgressTable::progress)
        .list();
  }

  private static Map.Entry<AggregateKey, Long> progress(ResultSet row, int number)
      throws SQLException {
    var key = new AggregateKey(row.getString("aggregate_type"), row.getString("aggregate_id"));
    return Map.entry(key, row.getLong("version"));
  }

  private Map<AggregateKey, Long> makeMissing(
      SortedSet<AggregateKey> keys, Map<AggregateKey, Long> hoped) {
    return jdbc
        .sql(
            """
            insert into consuming.progress (consumer, aggregate_type, aggregate_id, version)
            select :consumer, k.type, k.id, k.version
            from unnest(:types::text[], :ids::text[], :versions::bigint[]) as k(type, id, version)
            order by k.type, k.id
            on conflict do nothing
            returning aggregate_type, aggregate_id, version
            """)
        .param("consumer", consumer)
        .param("types", types(keys))
        .param("ids", ids(keys))
        .param(
            "versions", keys.stream().map(key -> hoped.getOrDefault(key, 0L)).toArray(Long[]::new))
        .query(ProgressTable::progress)
        .list()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Writes the versions of aggregates whose rows are locked. */
  void write(Map<AggregateKey, Long> versions) {
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
