package io.reliableoutbox.relay.outbox;

import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Removes settled rows that are old enough, a batch a statement. Thread-safe.
 *
 * <p>Rows are looked up one by one, whatever PostgreSQL believes of the table: see {@link Marks}.
 */
@Repository
public class Retention {
  private final JdbcClient jdbc;

  public Retention(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Removes what was settled long enough ago among the next {@code atMost} rows behind {@code
   * position}, in order. Looks at so many rows and no more, however long the history is and
   * whatever waits in between.
   */
  public Removed removeOlderThan(Duration age, long position, int atMost) {
    return jdbc.sql(
            """
            with looked_at as materialized (
              select position, copy, greatest(settled_at, replayed_at) as settled_at
              from outbox_delivery
              where (position, copy) > (:position, true)
              order by position, copy
              limit :atMost),
            old as materialized (
              select d.place
              from looked_at l
              cross join lateral (
                select d.ctid as place
                from outbox_delivery d
                where d.position = l.position and d.copy = l.copy
                  -- Checked again under the lock: a replay renews the row, and a copy on its way holds it.
                  and greatest(d.settled_at, d.replayed_at) < now() - :age * interval '1 millisecond'
                  and d.state in ('PUBLISHED', 'SKIPPED')
                  and not exists (
                    select from outbox_delivery c
                    where c.position = d.position and c.copy and not d.copy
                      and c.state not in ('PUBLISHED', 'SKIPPED'))
                for update of d skip locked) d),
            removed as (
              delete from outbox_delivery where ctid = any(array(select place from old)) returning position, copy),
            events as (
              delete from outbox where position = any(array(select position from removed where not copy)))
            select (select count(*) from removed),
                   coalesce((select max(position) from looked_at), :position),
                   exists (select from looked_at where settled_at < now() - :age * interval '1 millisecond'),
                   -- Most of them: what a writer says of the time of a single event proves nothing. Of a copy that is left
                   -- alone the event was old enough to go.
                   (select 2 * count(*) filter (where o.occurred_at < now() - :age * interval '1 millisecond'
                                                   or o.position is null) > count(*)
                    from looked_at l left join lateral (select * from outbox where position = l.position offset 0) o on true)
            """)
        .param("age", age.toMillis())
        .param("position", position)
        .param("atMost", atMost)
        .query(
            (row, n) ->
                new Removed(row.getInt(1), row.getLong(2), row.getBoolean(3), row.getBoolean(4)))
        .single();
  }

  /**
   * What one statement removed, and where the next one goes on.
   *
   * @param position the last one that it looked at
   * @param anyOld whether anything of it was settled long enough ago
   * @param oldEvents whether its events happened long enough ago, most of them; behind those that
   *     didn't, nothing is old
   */
  public record Removed(int rows, long position, boolean anyOld, boolean oldEvents) {}
}
