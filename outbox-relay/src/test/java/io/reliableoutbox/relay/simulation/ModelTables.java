package io.reliableoutbox.relay.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The same contents in the model's tables and in PostgreSQL's. */
final class ModelTables {
  static final long HOUR = 3600 * Timeline.SECOND;
  private final World world;
  private final Dice dice;
  private final JdbcClient sql;

  ModelTables(World world, JdbcClient sql) {
    this.world = world;
    this.dice = world.dice;
    this.sql = sql;
  }

  static UUID relay(int id) {
    return new UUID(1, id);
  }

  /** Fills both with the same rows in states of all kinds. */
  void fill() {
    sql.sql("truncate outbox, outbox_delivery, outbox_bucket, relay").update();
    for (int n = 1; n <= world.plan.aggregates; n++) {
      world.aggregates.add(
          new Aggregate("a" + n, 1000L * n, n % world.plan.buckets, false, dice.chance(0.5)));
    }
    for (int n = dice.between(1, 60); n > 0; n--) {
      Transaction transaction = new Transaction(world);
      transaction.insert(dice.oneOf(world.aggregates), Event.Poison.NONE);
      transaction.commit();
    }
    for (Event event : world.database.events) {
      shuffle(event.row);
      if (event.row.state == State.PUBLISHED && dice.chance(0.5)) {
        event.copy = new Row(event, true);
        world.database.insert(event.copy);
        shuffle(event.copy);
      }
      insert(event);
    }
    world.database.leases.forEach(this::shuffle);
  }

  // Times are apart from each other, so that their order is certain.
  private void shuffle(Row row) {
    long time = (dice.chance(0.5) ? -1 : 1) * HOUR + row.event.position * Timeline.SECOND;
    row.state = dice.oneOf(List.of(State.values()));
    row.attempts = dice.between(0, 3);
    row.tombstone = !row.copy && dice.chance(0.3);
    row.firstFailedAt = row.state == State.PARKED || dice.chance(0.5) ? -HOUR : Row.NEVER;
    row.nextAttemptAt = row.state == State.RETRYING ? time : Row.NEVER;
    row.settledAt = row.state.isSettled() ? time - HOUR : Row.NEVER;
    row.check();
  }

  private void shuffle(Lease lease) {
    lease.owner = dice.between(0, 2);
    lease.epoch = dice.between(1, 3);
    lease.expiresAt = (dice.chance(0.5) ? -1 : 1) * HOUR;
    sql.sql(
            """
            insert into outbox_bucket (bucket, owner, epoch, expires_at)
            values (:bucket, :owner, :epoch, case when :owner::uuid is not null then clock_timestamp() + :expires * interval '1 second' end)
            """)
        .param("bucket", world.database.leases.indexOf(lease))
        .param("owner", lease.owner == Lease.NOBODY ? null : relay(lease.owner))
        .param("epoch", lease.epoch)
        .param("expires", lease.expiresAt / Timeline.SECOND)
        .update();
  }

  private void insert(Event event) {
    sql.sql(
            """
            insert into outbox (position, id, aggregate_type, aggregate_id, aggregate_version, event_type, payload)
            overriding system value
            values (:position, :id, 'thing', :aggregate, :version, 'thing.changed', to_json(repeat('x', :bytes - 2)))
            """)
        .param("position", event.position)
        .param("id", event.id)
        .param("aggregate", event.aggregate.name)
        .param(
            "version", event.aggregate.versioned ? event.aggregate.events.indexOf(event) + 1 : null)
        .param("bytes", event.bytes)
        .update();
    sql.sql("delete from outbox_delivery where position = :position")
        .param("position", event.position)
        .update();
    insert(event.row);
    if (event.copy != null) {
      insert(event.copy);
    }
  }

  private void insert(Row row) {
    sql.sql(
            """
            insert into outbox_delivery (position, copy, state, bucket, aggregate_key, bytes, attempts, tombstone, last_error,
                                         first_failed_at, next_attempt_at, settled_at)
            values (:position, :copy, :state, :bucket, :key, :bytes, :attempts, :tombstone, 'refused',
                    clock_timestamp() + :failed::bigint * interval '1 second',
                    clock_timestamp() + :next::bigint * interval '1 second',
                    clock_timestamp() + :settled::bigint * interval '1 second')
            """)
        .param("position", row.event.position)
        .param("copy", row.copy)
        .param("state", row.state.name())
        .param("bucket", row.event.aggregate.bucket)
        .param("key", row.key)
        .param("bytes", row.event.bytes)
        .param("attempts", row.attempts)
        .param("tombstone", row.tombstone)
        .param("failed", seconds(row.firstFailedAt))
        .param("next", seconds(row.nextAttemptAt))
        .param("settled", seconds(row.settledAt))
        .update();
  }

  private static @Nullable Long seconds(long time) {
    return time == Row.NEVER ? null : time / Timeline.SECOND;
  }

  /** The model's deliveries, a line each. */
  List<String> modelled() {
    List<String> lines = new ArrayList<>();
    for (Event event : world.database.events) {
      add(event.row, lines);
      if (event.copy != null) {
        add(event.copy, lines);
      }
    }
    return lines;
  }

  private static void add(Row row, List<String> lines) {
    if (!row.removed) {
      lines.add(
          "%d copy=%b %s bucket=%d key=%d attempts=%d tombstone=%b failed=%b next=%b settled=%b"
              .formatted(
                  row.event.position,
                  row.copy,
                  row.state,
                  row.event.aggregate.bucket,
                  row.key,
                  row.attempts,
                  row.tombstone,
                  row.firstFailedAt != Row.NEVER,
                  row.nextAttemptAt != Row.NEVER,
                  row.settledAt != Row.NEVER));
    }
  }

  /** PostgreSQL's deliveries, a line each. */
  List<String> real() {
    return sql.sql(
            """
            select format('%s copy=%s %s bucket=%s key=%s attempts=%s tombstone=%s failed=%s next=%s settled=%s',
                     position, copy::text, state, bucket, aggregate_key, attempts, tombstone::text,
                     (first_failed_at is not null)::text, (next_attempt_at is not null)::text, (settled_at is not null)::text)
            from outbox_delivery order by position, copy
            """)
        .query(String.class)
        .list();
  }
}
