package io.reliableoutbox.benchmark.latency;

import io.reliableoutbox.benchmark.stand.Pause;
import io.reliableoutbox.benchmark.stand.Sql;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.HdrHistogram.Histogram;

/**
 * Notes when the effect of each event was written, by the inbox's own {@code applied_at}: just
 * before the commit of the batch it is in. Database and benchmark share the machine's clock.
 */
record Effects(Sql sql, String consumer, Map<UUID, Instant> commits) implements Watch {
  Effects(Sql sql, String consumer) {
    this(sql, consumer, new ConcurrentHashMap<>());
  }

  @Override
  public void committing(UUID id, long sinceNanos) {
    commits.put(id, Instant.now().minusNanos(System.nanoTime() - sinceNanos));
  }

  @Override
  public Histogram take(Duration limit) {
    var taken = new Histogram(Deliveries.DIGITS);
    Pause.until("all that was committed is applied", limit, () -> applied() >= commits.size());
    try (var connection = sql.connect();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select message_id, applied_at from consuming.inbox where state = 'APPLIED' and consumer = '"
                    + consumer
                    + "'")) {
      while (rows.next()) {
        var since = commits.remove(rows.getObject(1, UUID.class));
        if (since != null) {
          var applied = rows.getObject(2, OffsetDateTime.class).toInstant();
          taken.recordValue(Math.max(0, since.until(applied, ChronoUnit.NANOS)));
        }
      }
    } catch (SQLException e) {
      throw new InfrastructureException("The inbox can't be read: " + e.getMessage(), e);
    }
    sql.run("truncate consuming.inbox");
    return taken;
  }

  private long applied() {
    return sql.number(
        "select count(*) from consuming.inbox where state = 'APPLIED' and consumer = '%s'"
            .formatted(consumer));
  }
}
