package io.reliableoutbox.relay.outbox;

import io.reliableoutbox.relay.core.Candidate;
import io.reliableoutbox.relay.core.LoadedRow;
import io.reliableoutbox.relay.core.OutboxRow;
import io.reliableoutbox.relay.core.Reach;
import io.reliableoutbox.relay.core.Scans;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Reads the outbox. Takes no row locks and holds no transaction open: each method is one statement,
 * and so sees one snapshot. Thread-safe.
 *
 * <p>Both searches compare rows, not single columns: with an equality on the first column
 * PostgreSQL takes the order to be that of the position alone, and is lured to walk the primary key
 * over everything that has long been published.
 */
@Repository
public class Outbox {
  private final JdbcClient jdbc;
  private final HeaderJson headerJson = new HeaderJson();

  public Outbox(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Looks through the pages for rows that may have something to send, and through their buckets for
   * up to {@code retries} retries that are due; in order of position.
   */
  public List<Candidate> find(List<Scans.Page> pages, int retries) {
    return jdbc.sql(
            """
            select page.number - 1 as page, d.bucket, d.position, d.aggregate_key
            from unnest(:buckets::smallint[], :from::bigint[]) with ordinality page(bucket, from_position, number)
            cross join lateral (
              select bucket, position, aggregate_key
              from outbox_delivery
              where (bucket, position) >= (page.bucket, page.from_position) and bucket <= page.bucket
                and state = 'PENDING'
              order by bucket, position
              limit :rows) d
            union all (
              select :retry, bucket, position, aggregate_key
              from outbox_delivery
              where state = 'RETRYING' and next_attempt_at <= now() and bucket = any(:buckets::smallint[])
              order by next_attempt_at
              limit :retries)
            order by position
            """)
        .param("buckets", pages.stream().mapToInt(Scans.Page::bucket).toArray())
        .param("from", pages.stream().mapToLong(Scans.Page::from).toArray())
        .param("rows", pages.get(0).rows())
        .param("retry", Candidate.RETRY)
        .param("retries", retries)
        .query(
            (row, n) -> new Candidate(row.getInt(1), row.getInt(2), row.getLong(3), row.getLong(4)))
        .list();
  }

  /**
   * Reads how far the outbox goes, and then who has it locked for writing. Of all that was drawn
   * until then a transaction that is not named has been decided: each later statement sees it.
   *
   * @see <a href="https://www.postgresql.org/docs/current/explicit-locking.html">Table-level locks
   *     </a>
   */
  public Reach reach() {
    return jdbc.sql(
            """
            select drawn.last_value, writers.names
            from outbox_position_seq drawn
            -- It names the other: so it comes second.
            cross join lateral (
              select array(
                select distinct virtualtransaction from pg_locks
                where drawn.last_value is not null
                  and locktype = 'relation' and relation = 'outbox'::regclass and mode = 'RowExclusiveLock'
                  and database = (select oid from pg_database where datname = current_database())) as names) writers
            """)
        .query((row, n) -> new Reach(row.getLong(1), writers(row.getArray(2))))
        .single();
  }

  private static Set<String> writers(Array names) throws SQLException {
    return Set.of((String[]) names.getArray());
  }

  /**
   * Loads the first unsettled rows of each aggregate, in order, all in one snapshot. This is where
   * order is kept: whatever is sent, nothing unsettled stood before it in the same snapshot.
   *
   * @param rowsEach how many rows of an aggregate at the most
   * @param maxBytes payload together; beyond it rows come without their message
   */
  public List<LoadedRow> load(List<Long> aggregateKeys, int rowsEach, long maxBytes) {
    return jdbc.sql(
            """
            select d.aggregate_key, d.bucket, d.position, d.copy, d.tombstone, d.attempts, d.bytes, d.due, d.parked,
                   coalesce(extract(epoch from clock_timestamp() - d.first_failed_at), 0)::float8 as failing_for,
                   o.id, o.aggregate_type, o.aggregate_id, o.aggregate_version, o.event_type, o.occurred_at,
                   nullif(o.headers, '{}') as headers, case when d.fits then o.payload end as payload
            -- What is sorted and summed up is narrow: payloads join it last.
            from (
              select d.*, sum(bytes) over up_to_here <= :maxBytes or row_number() over up_to_here = 1 as fits
              from unnest(:keys::bigint[]) wanted(aggregate_key)
              cross join lateral (
                select aggregate_key, bucket, position, copy, tombstone, attempts, bytes, first_failed_at,
                       state = 'PENDING' or (state = 'RETRYING' and next_attempt_at <= clock_timestamp()) as due,
                       state = 'PARKED' as parked,
                       row_number() over (order by aggregate_key, position) as place
                from outbox_delivery
                where (aggregate_key, position) >= (wanted.aggregate_key, 0) and aggregate_key <= wanted.aggregate_key
                  and settled_at is null
                order by aggregate_key, position
                limit :rowsEach) d
              window up_to_here as (order by d.place, d.position, d.copy rows unbounded preceding)
              order by d.aggregate_key, d.position) d
            -- Nothing but a look-up for each row, whatever the statistics say of the table: see Marks.
            cross join lateral (select * from outbox where position = d.position offset 0) o
            order by d.aggregate_key, d.position
            """)
        .param("keys", aggregateKeys.stream().mapToLong(Long::longValue).toArray())
        .param("rowsEach", rowsEach)
        .param("maxBytes", maxBytes)
        .query(this::row)
        .list();
  }

  private LoadedRow row(ResultSet row, int n) throws SQLException {
    byte[] payload = row.getBytes("payload");
    OutboxRow read =
        new OutboxRow(
            row.getLong("position"),
            row.getBoolean("copy"),
            row.getBoolean("tombstone"),
            row.getObject("id", UUID.class),
            row.getInt("bucket"),
            row.getLong("aggregate_key"),
            row.getInt("attempts"),
            (long) (row.getDouble("failing_for") * 1e9),
            row.getInt("bytes"),
            payload == null ? LoadedRow.NO_MESSAGE : message(row, payload));
    return new LoadedRow(read, row.getBoolean("due"), row.getBoolean("parked"));
  }

  private OutboxMessage message(ResultSet row, byte[] payload) throws SQLException {
    return new OutboxMessage(
        row.getString("aggregate_type"),
        row.getString("aggregate_id"),
        row.getObject("aggregate_version", Long.class),
        row.getString("event_type"),
        headerJson.read(row.getString("headers")),
        row.getTimestamp("occurred_at").toInstant(),
        payload);
  }
}
