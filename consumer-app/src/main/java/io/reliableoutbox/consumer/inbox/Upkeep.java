package io.reliableoutbox.consumer.inbox;

import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * What has to happen to the inbox now and then, for all consumers. Each call is one statement; two
 * at once do no harm.
 */
@Repository
public class Upkeep {
  private final JdbcClient jdbc;

  public Upkeep(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Forgets up to {@code limit} messages that were applied longer ago than that. Versions stay
   * known by the progress of their aggregate: what comes again after this is stale.
   *
   * @return how many
   */
  public int forgetAppliedOlderThan(Duration age, int limit) {
    return jdbc.sql(
            """
            delete from consuming.inbox
            where ctid = any (array(
              select ctid from consuming.inbox
              -- By inbox_applied. clock_timestamp() may change within a statement: no index is searched by it.
              where state = 'APPLIED' and applied_at < statement_timestamp() - :millis * interval '1 ms'
              order by applied_at
              limit :limit))
            """)
        .param("millis", age.toMillis())
        .param("limit", limit)
        .update();
  }

  /**
   * Forgets up to {@code limit} dropped messages that came longer ago than that.
   *
   * @return how many
   */
  public int forgetDroppedOlderThan(Duration age, int limit) {
    return jdbc.sql(
            """
            delete from consuming.inbox
            where ctid = any (array(
              select ctid from consuming.inbox
              -- By inbox_dropped.
              where state = 'DROPPED' and received_at < statement_timestamp() - :millis * interval '1 ms'
              order by received_at
              limit :limit))
            """)
        .param("millis", age.toMillis())
        .param("limit", limit)
        .update();
  }

  /**
   * For a consumer that starts with what is present: aggregates of which it has settled nothing,
   * and whose first event in sight has waited so long, begin with that event.
   *
   * @return how many, {@code limit} at the most
   */
  public long adoptStartsOlderThan(String consumer, Duration age, int limit) {
    return jdbc.sql("select consuming.adopt(:consumer, :millis * interval '1 ms', true, :limit)")
        .param("consumer", consumer)
        .param("millis", age.toMillis())
        .param("limit", limit)
        .query(Long.class)
        .single();
  }

  /**
   * Parks held events that have waited so long for a version that is nowhere to be seen. Those that
   * wait behind another held, retried or parked event go on waiting for it. If the missing version
   * comes after all, they are let go like held ones.
   *
   * @return how many
   */
  public int parkGapsOlderThan(Duration age) {
    return jdbc.sql(
            """
            update consuming.inbox i
            set state = 'PARKED', reason = 'MISSING_PREDECESSOR',
                last_error = 'version ' || i.aggregate_version - 1 || ' has not come'
            where i.state = 'HELD' and i.received_at < clock_timestamp() - :millis * interval '1 ms'
              and not exists (
                select from consuming.inbox p
                where p.consumer = i.consumer and p.aggregate_type = i.aggregate_type
                  and p.aggregate_id = i.aggregate_id and p.aggregate_version = i.aggregate_version - 1
                  and p.state in ('HELD', 'RETRYING', 'PARKED'))
            """)
        .param("millis", age.toMillis())
        .update();
  }
}
