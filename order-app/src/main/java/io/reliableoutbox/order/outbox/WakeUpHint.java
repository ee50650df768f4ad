package io.reliableoutbox.order.outbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the relays that there is something new, so that they needn't wait for their next poll.
 * Hints are sent by a thread of their own on a connection of its own, many commits in one; giving
 * one never waits and never fails. Nothing rests on them: a lost hint costs one poll interval.
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
  private static final Duration FIRST_BACK_OFF = Duration.ofMillis(100);
  private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);

  private final Connector connector;
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

  /** Asks for a hint, soon. */
  public void give() {
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
      try (Statement statement = current.createStatement()) {
        statement.execute("select pg_notify('ordering_outbox', '')");
      }
      backOff = FIRST_BACK_OFF;
      return true;
    } catch (SQLException | RuntimeException e) {
      failed(e);
      return false;
    }
  }

  // The hint that failed is given again: it is the one that tells of the events since the failure.
  private void failed(Exception e) {
    if (backOff.equals(FIRST_BACK_OFF)) {
      log.info("no wake-up hints for now, relays poll: {}", e.getMessage());
    }
    disconnect();
    Duration doubled = backOff.multipliedBy(2);
    backOff = doubled.compareTo(LONGEST_BACK_OFF) > 0 ? LONGEST_BACK_OFF : doubled;
    give();
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
