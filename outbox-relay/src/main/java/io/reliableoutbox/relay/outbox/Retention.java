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

  /** Removes up to {@code atMost} rows, the oldest first, and returns how many there were. */
  public int removeOlderThan(Duration age, int atMost) {
    return jdbc.sql(
            """
            with settled as (
              select position
              from outbox_delivery
              where state = 'PUBLISHED' and published_at < clock_timestamp() - :age * interval '1 millisecond'
              order by position
              limit :atMost
              for update skip locked),
            removed as (
              delete from outbox_delivery d using settled s where d.position = s.position
              returning d.position)
            delete from outbox o using removed r where o.position = r.position
            """)
        .param("age", age.toMillis())
        .param("atMost", atMost)
        .update();
  }
}
