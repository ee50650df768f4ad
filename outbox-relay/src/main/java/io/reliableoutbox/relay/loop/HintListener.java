package io.reliableoutbox.relay.loop;

import io.reliableoutbox.relay.RelaySettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for wake-up hints ({@code notify <schema>_outbox}) on a connection of its own and wakes
 * the loop. A hint says only "look now": losing all of them costs a poll interval, no more.
 */
final class HintListener implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(HintListener.class);
  private static final int LISTEN_MILLIS = 1000;
  private static final Duration RECONNECT = Duration.ofSeconds(1);
  private static final Duration CHECK = Duration.ofSeconds(30);
  private final DataSource dataSource;
  private final String channel;
  private final Signal loop;
  private final Signal pause = new Signal();
  private volatile boolean stopped;

  HintListener(DataSource dataSource, RelaySettings settings, Signal loop) {
    this.dataSource = dataSource;
    this.channel = settings.schema() + "_outbox";
    this.loop = loop;
  }

  @Override
  public void run() {
    while (!stopped) {
      try (Connection connection = dataSource.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("listen " + channel);
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
      if (connection.getNotifications(LISTEN_MILLIS).length > 0) {
        loop.raise();
      }
      if (System.nanoTime() - checkedAt > CHECK.toNanos()) {
        // A connection that was dropped silently would stay silent.
        statement.execute("select 1");
        checkedAt = System.nanoTime();
      }
    }
  }
}
