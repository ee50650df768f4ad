package io.reliableoutbox.order.outbox;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the relays which aggregates have something new, so that they needn't wait for their next
 * poll and needn't search. Hints are sent by a thread of their own on a connection of its own, many
 * commits in one; giving one never waits and never fails. Nothing rests on them: a lost hint costs
 * one poll interval.
 */
public final class WakeUpHint implements AutoCloseable {
  /** How a connection that belongs to the hints alone is made. */
  public interface Connector {
    Connection connect() throws SQLException;
  }

  private static final Logger log = LoggerFactory.getLogger(WakeUpHint.class);

  // Commits within this time share one hint. Far below the relay's poll interval, and it bounds
  // what the notifications cost the server.
  private static final Duration COALESCE = Duration.ofMillis(5);

  // PostgreSQL takes 8,000 bytes; the name of an aggregate has 26 at the most, with its space.
  private static final int MOST_NAMES = 300;
  private static final String NOTIFY =
      """
      select pg_notify('ordering_outbox',
        coalesce(string_agg(distinct ordering.bucket_of(key) || ':' || key, ' '), ''))
      from unnest(?::text[], ?::text[]) changed(type, id)
      cross join ordering.aggregate_key(type, id) key
      """;
  private static final Duration FIRST_BACK_OFF = Duration.ofMillis(100);
  private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);

  private record Aggregate(String type, String id) {}

  private final Connector connector;
  private final BlockingQueue<Aggregate> changed = new ArrayBlockingQueue<>(MOST_NAMES);
  // Set: some aren't in the queue, so the next hint names none and the relays look everywhere.
  private final AtomicBoolean nameless = new AtomicBoolean();
  private final Semaphore wanted = new Semaphore(0);
  private final Thread thread = new Thread(this::run, "wake-up-hint");
  private @Nullable Connection connection;
  private Duration backOff = FIRST_BACK_OFF;
  private volatile boolean closed;

  public WakeUpHint(Connector connector) {
    this.connector = connector;
    thread.setDaemon(true);
  }

  /** Starts the thread; hints given before are kept as one. */
  public void start() {
    thread.start();
  }

  /** Asks for a hint, soon, that this aggregate has something new. */
  public void give(String aggregateType, String aggregateId) {
    if (!changed.offer(new Aggregate(aggregateType, aggregateId))) {
      nameless.set(true);
    }
    wake();
  }

  private void wake() {
    if (wanted.availablePermits() == 0) {
      wanted.release();
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void run() {
    try {
      while (!closed) {
        wanted.acquire();
        wanted.drainPermits();
        Thread.sleep((send() ? COALESCE : backOff).toMillis());
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      disconnect();
    }
  }

  private boolean send() {
    try {
      Connection current = connection == null ? connector.connect() : connection;
      connection = current;
      hint(current, takeChanged());
      backOff = FIRST_BACK_OFF;
      return true;
    } catch (SQLException | RuntimeException e) {
      failed(e);
      return false;
    }
  }

  private List<Aggregate> takeChanged() {
    List<Aggregate> taken = new ArrayList<>();
    boolean all = !nameless.getAndSet(false);
    changed.drainTo(taken);
    return all ? taken : List.of();
  }

  private static void hint(Connection connection, List<Aggregate> names) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(NOTIFY)) {
      statement.setArray(1, texts(connection, names, Aggregate::type));
      statement.setArray(2, texts(connection, names, Aggregate::id));
      statement.execute();
    }
  }

  private static Array texts(
      Connection connection, List<Aggregate> names, Function<Aggregate, String> text)
      throws SQLException {
    return connection.createArrayOf("text", names.stream().map(text).toArray());
  }

  // The names of the hint that failed are gone: the next one names nobody, and so tells of all
  // since.
  private void failed(Exception e) {
    if (backOff.equals(FIRST_BACK_OFF)) {
      log.info("no wake-up hints for now, relays poll: {}", e.getMessage());
    }
    disconnect();
    Duration doubled = backOff.multipliedBy(2);
    backOff = doubled.compareTo(LONGEST_BACK_OFF) > 0 ? LONGEST_BACK_OFF : doubled;
    nameless.set(true);
    wake();
  }

  private void disconnect() {
    Connection old = connection;
    connection = null;
    if (old != null) {
      try {
        old.close();
      } catch (SQLException ignored) {
        // It is being given up either way.
      }
    }
  }
}
