package io.reliableoutbox.relay.loop;

import io.reliableoutbox.relay.RelaySettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for wake-up hints ({@code notify <schema>_outbox}) on a connection of its own. A hint
 * names the aggregates that have something new ({@link
 * io.reliableoutbox.relay.core.NamedAggregate#read}), or without a payload says "look now"; {@code
 * sweep} says that an operator made something sendable, {@code released} that buckets are free.
 * Losing all of them costs time, no more: a poll interval, the next look at everything ({@code
 * BucketScan}), the keeper's next round.
 */
final class HintListener implements Runnable {
  /** An operator made something sendable. */
  static final String SWEEP = "sweep";

  private static final Logger log = LoggerFactory.getLogger(HintListener.class);
  private static final int LISTEN_MILLIS = 1000;
  private static final Duration RECONNECT = Duration.ofSeconds(1);
  private static final Duration CHECK = Duration.ofSeconds(30);
  private final DataSource dataSource;
  private final String channel;
  private final Consumer<String> hinted;
  private final Signal pause = new Signal();
  private volatile boolean stopped;

  HintListener(DataSource dataSource, RelaySettings settings, Consumer<String> hinted) {
    this.dataSource = dataSource;
    this.channel = settings.schema() + "_outbox";
    this.hinted = hinted;
  }

  @Override
  public void run() {
    while (!stopped) {
      try (Connection connection = dataSource.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("listen " + channel);
        // Of what an operator did while nobody listened.
        hinted.accept(SWEEP);
        listen(connection.unwrap(PGConnection.class), statement);
      } catch (SQLException e) {
        log.debug("no hints for a while: {}", e.getMessage());
        pause.await(RECONNECT);
      }
    }
  }

  void stop() {
    stopped = true;
    pause.raise();
  }

  private void listen(PGConnection connection, Statement statement) throws SQLException {
    long checkedAt = System.nanoTime();
    while (!stopped) {
      for (PGNotification hint : connection.getNotifications(LISTEN_MILLIS)) {
        hinted.accept(hint.getParameter());
      }
      if (System.nanoTime() - checkedAt > CHECK.toNanos()) {
        // A connection that was dropped silently would stay silent.
        statement.execute("select 1");
        checkedAt = System.nanoTime();
      }
    }
  }
}
