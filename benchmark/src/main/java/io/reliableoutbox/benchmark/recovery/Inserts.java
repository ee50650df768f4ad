package io.reliableoutbox.benchmark.recovery;

import io.reliableoutbox.benchmark.load.OpenLoop;
import io.reliableoutbox.benchmark.stand.OutboxTable;
import io.reliableoutbox.benchmark.stand.Sql;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Events at a fixed rate, many in a transaction, because here the relay is looked at and not those
 * who write; in a thread of its own until {@link #close}.
 */
final class Inserts implements AutoCloseable {
  private static final int TRANSACTIONS_PER_SECOND = 20;
  private static final Duration LONG = Duration.ofMinutes(30);

  private final Thread thread = new Thread(this::run, "inserts");
  private final AtomicLong inserted = new AtomicLong();
  private final Sql sql;
  private final int batch;
  private final String payload;
  private volatile boolean closed;
  private volatile @Nullable InfrastructureException failure;

  Inserts(Sql sql, double eventsPerSecond, int payloadBytes) {
    this.sql = sql;
    batch = (int) Math.max(1, eventsPerSecond / TRANSACTIONS_PER_SECOND);
    payload = OutboxTable.payload(payloadBytes);
    thread.setDaemon(true);
    thread.start();
  }

  double perSecond() {
    return batch * (double) TRANSACTIONS_PER_SECOND;
  }

  /** How many there have been; fails if no more are to come. */
  long inserted() {
    if (failure != null) {
      throw failure;
    }
    return inserted.get();
  }

  private void run() {
    try (var connection = sql.connect();
        var insert =
            connection.prepareStatement(
                """
                insert into ordering.outbox (aggregate_type, aggregate_id, aggregate_version, event_type, payload)
                select 'thing', n::text, 1, 'thing.changed', ?::json from generate_series(?::bigint, ?::bigint) n
                """)) {
      new OpenLoop(TRANSACTIONS_PER_SECOND, LONG).run(late -> insert(insert));
    } catch (Closed e) {
      // As asked.
    } catch (Exception e) {
      failure = new InfrastructureException("The load broke off: " + e, e);
    }
  }

  private void insert(PreparedStatement insert) throws Exception {
    if (closed) {
      throw new Closed();
    }
    insert.setString(1, payload);
    insert.setLong(2, inserted.get() + 1);
    insert.setLong(3, inserted.get() + batch);
    insert.executeUpdate();
    inserted.addAndGet(batch);
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureException("Interrupted.", e);
    }
  }

  private static final class Closed extends Exception {}
}
