package io.reliableoutbox.relay.outbox;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What waits, from the view {@code outbox_lag}. Thread-safe. */
@Repository
public class Lag {
  /**
   * One look at the whole outbox, whichever relay owns it.
   *
   * @param oldestPendingSeconds age of the oldest event that waits, 0 if none does
   * @param blockedAggregates aggregates that wait behind a parked event
   */
  public record Sample(
      double pending, double oldestPendingSeconds, double parked, double blockedAggregates) {
    /** Nobody has looked yet, or could. */
    public static final Sample UNKNOWN = new Sample(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
  }

  private final JdbcClient jdbc;

  public Lag(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  public Sample sample() {
    return jdbc.sql(
            """
            select pending, coalesce(extract(epoch from oldest_pending_age), 0)::float8, parked, blocked_aggregates
            from outbox_lag
            """)
        .query(
            (row, n) ->
                new Sample(row.getLong(1), row.getDouble(2), row.getLong(3), row.getLong(4)))
        .single();
  }
}
