package io.reliableoutbox.consumer.inbox;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The RETRYING rows of one consumer: failed events whose delay is over, and held ones that were let
 * go. Any process of the consumer may take them.
 */
final class DueEvents {
  private final JdbcClient jdbc;
  private final String consumer;

  DueEvents(JdbcClient jdbc, String consumer) {
    this.jdbc = jdbc;
    this.consumer = consumer;
  }

  /**
   * A due event.
   *
   * @param attempts how often it failed before
   * @param takes how often it was begun, this time included, since its end was last written down
   */
  record DueEvent(Event event, int attempts, int takes) {}

  /**
   * Notes that what is due now is being begun, the longest due first. Committed before it is begun:
   * if the process ends over it, that stays, and what has a note already is begun alone the next
   * time. So a message that ends the process each time is found, and its neighbours are not blamed.
   *
   * @return up to {@code limit} that were never begun; where there are none, the one that was least
   *     often
   */
  List<UUID> begin(int limit) {
    List<UUID> fresh = beginFresh(limit);
    return fresh.isEmpty() ? beginAgain() : fresh;
  }

  // Two statements: one for both would have to sort all that is due, and much may be.
  private List<UUID> beginFresh(int limit) {
    return jdbc.sql(
            """
            update consuming.inbox set takes = takes + 1
            -- No join: it could run the search once for each row, and be planned the wrong way round.
            where ctid = any (array(
              select ctid from consuming.inbox
              -- Only RETRYING has that time. Named, it would make the index of all that is unsettled look good.
              where consumer = :consumer and next_attempt_at <= statement_timestamp() and takes = 0
              order by next_attempt_at
              limit :limit
              for update skip locked))
            returning message_id
            """)
        .param("consumer", consumer)
        .param("limit", limit)
        .query(UUID.class)
        .list();
  }

  // All that is due has been begun before, so it is little.
  private List<UUID> beginAgain() {
    return jdbc.sql(
            """
            update consuming.inbox set takes = takes + 1
            where ctid = any (array(
              select ctid from consuming.inbox
              where consumer = :consumer and next_attempt_at <= statement_timestamp() and takes > 0
              order by takes, next_attempt_at
              limit 1
              for update skip locked))
            returning message_id
            """)
        .param("consumer", consumer)
        .query(UUID.class)
        .list();
  }

  /** Locks those of these rows that are still due and that no other process has taken. */
  List<DueEvent> take(Collection<UUID> messageIds) {
    return jdbc.sql(
            """
            select message_id, event_type, aggregate_type, aggregate_id, aggregate_version, attempts, takes,
                   coalesce(headers ->> 'skipped', '') = 'true' as skipped, origin, headers, body
            from consuming.inbox
            where consumer = :consumer and message_id = any(:ids::uuid[])
              -- So that no index of what is due, or unsettled, looks good: the ids have theirs.
              and case when state = 'RETRYING' then next_attempt_at <= clock_timestamp() end
            -- Who waited here would find the row applied; the others' rows are better use of the time.
            for update skip locked
            """)
        .param("consumer", consumer)
        .param("ids", InboxTable.strings(messageIds))
        .query(DueEvents::dueEvent)
        .list();
  }

  /**
   * Lets the events go that waited for these versions; they are due at once. Of a long run the
   * first 100: the last of them lets go the next.
   *
   * @return how many
   */
  int release(Map<AggregateKey, Long> settled) {
    if (settled.isEmpty()) {
      return 0;
    }
    List<AggregateKey> keys = List.copyOf(settled.keySet());
    return jdbc.sql(
            """
            update consuming.inbox
            set state = 'RETRYING', reason = null, next_attempt_at = clock_timestamp()
            -- By their key alone: whom the search for gaps parks in this moment has a new ctid and must not be missed;
            -- and the state would bring in an index over all that is unsettled. Progress is locked: nobody drops them.
            where consumer = :consumer and message_id = any (array(
              select w.message_id
              from unnest(:types::text[], :ids::text[], :versions::bigint[]) as s(type, id, version)
              cross join lateral (
                select h.message_id, h.aggregate_version,
                       s.version + row_number() over (order by h.aggregate_version) as without_gap
                from consuming.inbox h
                where h.consumer = :consumer and h.aggregate_type = s.type and h.aggregate_id = s.id
                  and h.aggregate_version > s.version
                  and h.state in ('HELD', 'PARKED') and (h.state = 'HELD' or h.reason = 'MISSING_PREDECESSOR')
                order by h.aggregate_version
                limit 100) w
              where w.aggregate_version = w.without_gap))
            """)
        .param("types", ProgressTable.types(keys))
        .param("ids", ProgressTable.ids(keys))
        .param("versions", keys.stream().map(settled::get).toArray(Long[]::new))
        .param("consumer", consumer)
        .update();
  }

  private static DueEvent dueEvent(ResultSet row, int number) throws SQLException {
    var content =
        new Content(row.getString("origin"), row.getString("headers"), row.getBytes("body"));
    var event =
        new Event(
            row.getObject("message_id", UUID.class),
            row.getString("event_type"),
            new AggregateKey(row.getString("aggregate_type"), row.getString("aggregate_id")),
            row.getObject("aggregate_version", Long.class),
            row.getBoolean("skipped"),
            null,
            content);
    return new DueEvent(event, row.getInt("attempts"), row.getInt("takes"));
  }
}
