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
 *
 * <p>Rows are looked up by the primary key, whatever PostgreSQL believes of the table: for the
 * statistics of one that was empty a moment ago it would walk a whole index for each row. That they
 * are unsettled is therefore said in words that imply no partial index, and their positions come as
 * an array, with which each statement has to begin. Not by the ctid of a subquery: a row that
 * somebody touched meanwhile would be missed.
 */
@Repository
public class Marks {
  // Each is compared with each, where PostgreSQL begins with the rows.
  private static final int REFUSED_AT_ONCE = 100;

  private final JdbcClient jdbc;

  public Marks(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Marks what was confirmed, in one statement, and returns how many applied.
   *
   * <p>The commit isn't waited for: a mark that a crash of the database loses is a message sent
   * again.
   */
  public int published(UUID relay, List<Mark.Published> marks) {
    Batch batch = Batch.of(marks);
    return jdbc.sql(
            """
            with held as materialized (
              select b.bucket
              from unnest(:buckets::smallint[], :epochs::bigint[]) sent(bucket, epoch)
              join outbox_bucket b on b.bucket = sent.bucket and b.epoch = sent.epoch and b.owner = :relay,
                (select set_config('synchronous_commit', 'off', true)) not_waiting
              order by b.bucket
              for key share of b)
            update outbox_delivery d
            set state = case when d.tombstone then 'SKIPPED' else 'PUBLISHED' end,
                settled_at = clock_timestamp(), next_attempt_at = null
            where d.position = any(:positions::bigint[]) and d.bucket = any(array(select bucket from held))
              -- As it was sent: an operator may have skipped or replayed it since. "Is true" keeps it from becoming a join.
              and ((d.position, d.copy, d.tombstone, d.attempts) in (
                select * from unnest(:positions::bigint[], :copies::boolean[], :tombstones::boolean[], :attempts::int[])))
                is true
              and d.state not in ('BLOCKED', 'PARKED', 'PUBLISHED', 'SKIPPED')
            """)
        .param("relay", relay)
        .params(batch.parameters())
        .update();
  }

  /** Writes what was refused, to be sent again or parked, and returns how many applied. */
  public int refused(UUID relay, List<Mark> marks) {
    int applied = 0;
    for (int from = 0; from < marks.size(); from += REFUSED_AT_ONCE) {
      int to = Math.min(marks.size(), from + REFUSED_AT_ONCE);
      applied += refused(relay, Batch.of(marks.subList(from, to)));
    }
    return applied;
  }

  private int refused(UUID relay, Batch batch) {
    return jdbc.sql(
            """
            with held as materialized (
              select b.bucket
              from unnest(:buckets::smallint[], :epochs::bigint[]) sent(bucket, epoch)
              join outbox_bucket b on b.bucket = sent.bucket and b.epoch = sent.epoch and b.owner = :relay
              order by b.bucket
              for key share of b)
            update outbox_delivery d
            set state = m.state,
                attempts = d.attempts + 1,
                first_failed_at = coalesce(d.first_failed_at, clock_timestamp()),
                next_attempt_at = clock_timestamp() + m.delay_millis * interval '1 millisecond',
                last_error = m.reason
            from unnest(:positions::bigint[], :copies::boolean[], :tombstones::boolean[], :attempts::int[],
                        :states::text[], :delays::bigint[], :reasons::text[])
                   m(position, copy, tombstone, attempts, state, delay_millis, reason)
            where d.position = any(:positions::bigint[]) and d.bucket = any(array(select bucket from held))
              and d.position = m.position and d.copy = m.copy and d.attempts = m.attempts and d.tombstone = m.tombstone
              and d.state not in ('BLOCKED', 'PARKED', 'PUBLISHED', 'SKIPPED')
            """)
        .param("relay", relay)
        .params(batch.parameters())
        .param("states", batch.marks().stream().map(Marks::state).toArray(String[]::new))
        .param("delays", batch.marks().stream().map(Marks::delayMillis).toArray(Long[]::new))
        .param("reasons", batch.marks().stream().map(Marks::reason).toArray(String[]::new))
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
              select d.position
              from outbox_delivery d, held
              where d.aggregate_key = :key and d.settled_at is null and d.state = 'PARKED'
              order by d.position
              limit 1
              for share of d),
            behind as materialized (
              select position from outbox_delivery
              where (aggregate_key, position) > (:key, (select position from parked)) and aggregate_key <= :key
                and settled_at is null and state in ('PENDING', 'RETRYING')
              limit :atMost)
            update outbox_delivery d
            set state = 'BLOCKED', next_attempt_at = null
            where d.position = any(array(select position from behind)) and d.aggregate_key = :key
              and d.state not in ('BLOCKED', 'PARKED', 'PUBLISHED', 'SKIPPED')
            """)
        .param("relay", relay)
        .param("bucket", block.bucket())
        .param("epoch", block.epoch())
        .param("key", block.aggregateKey())
        .param("atMost", atMost)
        .update();
  }

  private static String state(Mark mark) {
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
