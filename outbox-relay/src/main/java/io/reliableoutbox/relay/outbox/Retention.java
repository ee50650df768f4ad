package io.reliableoutbox.relay.outbox;

import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Removes settled rows that are old enough, a batch a statement. Thread-safe. */
@Repository
public class Retention {
  private final JdbcClient jdbc;

  public Retention(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Removes what is old enough among the next {@code atMost} settled rows behind {@code position},
   * in order. Looks at so many rows and no more, however long the history is; a run that starts at
   * 0 and goes on while there is anything old follows the old end of it.
   *
   * @return how many were removed, and the last position looked at
   */
  public Removed removeOlderThan(Duration age, long position, int atMost) {
    return jdbc.sql(
            """
            with looked_at as materialized (
              select position, copy, settled_at
              from outbox_delivery
              where (position, copy) > (:position, true) and state in ('PUBLISHED', 'SKIPPED')
              order by position, copy
              limit :atMost),
            old as materialized (
              select d.position, d.copy
              from looked_at l join outbox_delivery d using (position, copy)
              -- Checked again under the lock: a replay renews the row, and a copy on its way holds it.
              where greatest(d.settled_at, d.replayed_at) < now() - :age * interval '1 millisecond'
                and d.state in ('PUBLISHED', 'SKIPPED')
                and not exists (
                  select from outbox_delivery c
                  where c.position = d.position and c.copy and not d.copy
                    and c.state not in ('PUBLISHED', 'SKIPPED'))
              for update of d skip locked),
            removed as (
              delete from outbox_delivery d using old where d.position = old.position and d.copy = old.copy
              returning d.position, d.copy),
            events as (
              delete from outbox o using removed r where o.position = r.position and not r.copy)
            select (select count(*) from removed),
                   coalesce((select max(position) from looked_at), :position),
                   exists (select from looked_at where settled_at < now() - :age * interval '1 millisecond')
            """)
        .param("age", age.toMillis())
        .param("position", position)
        .param("atMost", atMost)
        .query((row, n) -> new Removed(row.getInt(1), row.getLong(2), row.getBoolean(3)))
        .single();
  }

  /**
   * What one statement removed, and where the next one goes on.
   *
   * @param anyOld whether any of what it looked at was settled long enough ago; behind a batch
   *     without, there is none
   */
  public record Removed(int rows, long position, boolean anyOld) {}
}
