package io.reliableoutbox.relay.outbox;

import io.reliableoutbox.relay.core.Block;
import io.reliableoutbox.relay.core.Mark;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Writes what became of rows, fenced: a mark applies only while this relay owns the row's bucket
 * under the epoch in which the row was sent, and only to a row that is still as it was sent. The
 * lease rows are locked {@code for key share} in bucket order, so a takeover ({@code for update})
 * waits for a mark under way, and a mark after a takeover finds nothing. Thread-safe.
 */
@Repository
public class Marks {
  private final JdbcClient jdbc;

  public Marks(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Writes all of them in one statement and returns how many applied.
   *
   * <p>The commit isn't waited for: a mark that a crash of the database loses is a message sent
   * again.
   */
  public int write(UUID relay, List<Mark> marks) {
    return jdbc.sql(
            """
            with held as materialized (
              select b.bucket, b.epoch
              from outbox_bucket b, (select set_config('synchronous_commit', 'off', true)) not_waiting
              where b.owner = :relay and b.bucket = any(:buckets::smallint[])
              order by b.bucket
              for key share of b)
            update outbox_delivery d
            set state = m.state,
                attempts = d.attempts + m.refused,
                settled_at = case when m.state in ('PUBLISHED', 'SKIPPED') then clock_timestamp() end,
                first_failed_at = case when m.refused = 1 then coalesce(d.first_failed_at, clock_timestamp()) else d.first_failed_at end,
                next_attempt_at = clock_timestamp() + m.delay_millis * interval '1 millisecond',
                last_error = coalesce(m.reason, d.last_error)
            from unnest(:positions::bigint[], :copies::boolean[], :tombstones::boolean[], :buckets::smallint[],
                        :epochs::bigint[], :attempts::int[], :states::text[], :refused::int[], :delays::bigint[],
                        :reasons::text[])
                   m(position, copy, tombstone, bucket, epoch, attempts, state, refused, delay_millis, reason)
            join held using (bucket, epoch)
            where d.position = m.position and d.copy = m.copy
              -- As it was sent: an operator may have skipped or replayed it since.
              and d.attempts = m.attempts and d.tombstone = m.tombstone and d.state in ('PENDING', 'RETRYING')
            """)
        .param("relay", relay)
        .param("positions", marks.stream().mapToLong(mark -> mark.row().position()).toArray())
        .param("copies", marks.stream().map(mark -> mark.row().copy()).toArray(Boolean[]::new))
        .param(
            "tombstones",
            marks.stream().map(mark -> mark.row().tombstone()).toArray(Boolean[]::new))
        .param("buckets", marks.stream().mapToInt(mark -> mark.row().bucket()).toArray())
        .param("epochs", marks.stream().mapToLong(Mark::epoch).toArray())
        .param("attempts", marks.stream().mapToInt(mark -> mark.row().attempts()).toArray())
        .param("states", marks.stream().map(Marks::state).toArray(String[]::new))
        .param("refused", marks.stream().mapToInt(mark -> reason(mark) == null ? 0 : 1).toArray())
        .param("delays", marks.stream().map(Marks::delayMillis).toArray(Long[]::new))
        .param("reasons", marks.stream().map(Marks::reason).toArray(String[]::new))
        .update();
  }

  /**
   * Blocks up to {@code atMost} rows behind the aggregate's parked one and returns how many there
   * were. The parked row is locked, so that an operator's replay or skip comes either before, and
   * nothing is blocked, or after, and finds them blocked.
   */
  public int block(UUID relay, Block block, int atMost) {
    return jdbc.sql(
            """
            with held as materialized (
              select bucket from outbox_bucket
              where owner = :relay and bucket = :bucket and epoch = :epoch
              for key share),
            parked as materialized (
              select d.position, d.aggregate_key
              from outbox_delivery d, held
              where d.aggregate_key = :key and d.state = 'PARKED'
              order by d.position
              limit 1
              for share of d),
            behind as (
              select d.position, d.copy
              from parked p join outbox_delivery d using (aggregate_key)
              where d.position > p.position and d.state in ('PENDING', 'RETRYING')
              limit :atMost)
            update outbox_delivery d
            set state = 'BLOCKED', next_attempt_at = null
            from behind b
            where d.position = b.position and d.copy = b.copy and d.state in ('PENDING', 'RETRYING')
            """)
        .param("relay", relay)
        .param("bucket", block.bucket())
        .param("epoch", block.epoch())
        .param("key", block.aggregateKey())
        .param("atMost", atMost)
        .update();
  }

  private static String state(Mark mark) {
    if (mark instanceof Mark.Published) {
      return mark.row().tombstone() ? "SKIPPED" : "PUBLISHED";
    }
    return mark instanceof Mark.Retry ? "RETRYING" : "PARKED";
  }

  private static @Nullable String reason(Mark mark) {
    if (mark instanceof Mark.Retry retry) {
      return retry.reason();
    }
    return mark instanceof Mark.Park park ? park.reason() : null;
  }

  private static @Nullable Long delayMillis(Mark mark) {
    return mark instanceof Mark.Retry retry ? retry.delay().toMillis() : null;
  }
}
