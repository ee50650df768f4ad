package io.reliableoutbox.relay.outbox;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The leases of the buckets, by the database's clock. Thread-safe; each method is one statement.
 *
 * <p>The fence rests on the row locks: a mark holds {@code key share} on its lease row, which a
 * renewal (no key column) passes and a takeover ({@code for update}) does not (PostgreSQL manual,
 * 13.3.2 "Row-Level Locks").
 */
@Repository
public class LeaseTable {
  private final JdbcClient jdbc;

  public LeaseTable(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Says that this relay is alive for another lease. */
  public void heartbeat(
      UUID relay, String name, Duration lease, Duration retention, boolean published) {
    jdbc.sql(
            """
            insert into relay (relay_id, name, expires_at, retention, last_publish_at)
            values (:relay, :name, clock_timestamp() + :lease * interval '1 millisecond',
                    :retention * interval '1 millisecond', case when :published then clock_timestamp() end)
            on conflict (relay_id) do update
            set expires_at = excluded.expires_at,
                last_publish_at = coalesce(excluded.last_publish_at, relay.last_publish_at)
            """)
        .param("relay", relay)
        .param("name", name)
        .param("lease", lease.toMillis())
        .param("retention", retention.toMillis())
        .param("published", published)
        .update();
  }

  /** Renews all leases that this relay still has and returns them with their epochs. */
  public Map<Integer, Long> renew(UUID relay, Duration lease) {
    return jdbc.sql(
            """
            update outbox_bucket
            set expires_at = clock_timestamp() + :lease * interval '1 millisecond'
            where owner = :relay
            returning bucket, epoch
            """)
        .param("relay", relay)
        .param("lease", lease.toMillis())
        .query(LeaseTable::epochs);
  }

  private static Map<Integer, Long> epochs(ResultSet rows) throws SQLException {
    Map<Integer, Long> epochs = new HashMap<>();
    while (rows.next()) {
      epochs.put(rows.getInt("bucket"), rows.getLong("epoch"));
    }
    return epochs;
  }

  /** How many buckets one relay should have, so that all are served and shared evenly. */
  public int fairShare() {
    return jdbc.sql(
            """
            select ceil((select count(*) from outbox_bucket)::numeric
                        / greatest(1, (select count(*) from relay where expires_at > clock_timestamp())))
            """)
        .query(Integer.class)
        .single();
  }

  /** Takes up to {@code atMost} buckets that nobody owns or whose owner let them expire. */
  public Map<Integer, Long> acquire(UUID relay, Duration lease, int atMost) {
    return jdbc.sql(
            """
            with free as (
              select bucket
              from outbox_bucket
              where owner is null or expires_at < clock_timestamp()
              order by bucket
              limit :atMost
              -- Waits for no mark under way; the next round finds what is skipped here.
              for update skip locked)
            update outbox_bucket b
            set owner = :relay, epoch = epoch + 1,
                expires_at = clock_timestamp() + :lease * interval '1 millisecond'
            from free
            where b.bucket = free.bucket
            returning b.bucket, b.epoch
            """)
        .param("relay", relay)
        .param("lease", lease.toMillis())
        .param("atMost", atMost)
        .query(LeaseTable::epochs);
  }

  /** Gives buckets up and tells the other relays; the caller has nothing in flight for them. */
  public void release(UUID relay, Collection<Integer> buckets) {
    jdbc.sql(
            """
            with released as (
              update outbox_bucket set owner = null, expires_at = null
              where owner = :relay and bucket = any(:buckets::smallint[])
              returning bucket)
            select pg_notify(current_schema() || '_outbox', 'released') from released limit 1
            """)
        .param("relay", relay)
        .param("buckets", buckets.stream().mapToInt(Integer::intValue).toArray())
        .query()
        .listOfRows();
  }

  /**
   * Gives all of this relay's buckets up and takes it off the list, along with those that have been
   * dead for an hour. All at once: the other relays, who are told, then share among fewer.
   */
  public void resign(UUID relay) {
    jdbc.sql(
            """
            with off as (
              delete from relay
              where relay_id = :relay or expires_at < clock_timestamp() - interval '1 hour'),
            released as (
              update outbox_bucket set owner = null, expires_at = null
              where owner = :relay
              returning bucket)
            select pg_notify(current_schema() || '_outbox', 'released') from released limit 1
            """)
        .param("relay", relay)
        .query()
        .listOfRows();
  }
}
