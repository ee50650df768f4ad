package io.reliableoutbox.lab.system;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import javax.sql.ConnectionEvent;
import javax.sql.ConnectionEventListener;
import javax.sql.PooledConnection;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGConnectionPoolDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Connections of one role, kept open when they are closed: to log in by SCRAM costs both sides more
 * than most of what the lab asks, many times a second. Where the database is away, that is said at
 * once; where it stands still, after seconds. Who borrows one leaves its session as it was. Thread
 * safe.
 */
final class KeptConnections extends PGSimpleDataSource implements AutoCloseable {
  private static final long serialVersionUID = 1;
  private static final int KEPT = 4;
  private static final int VALID_SECONDS = 2;
  private final transient Deque<PooledConnection> idle = new ConcurrentLinkedDeque<>();
  private final transient PGConnectionPoolDataSource source = new PGConnectionPoolDataSource();

  KeptConnections(String url, String role, String rolePassword, int socketTimeoutSeconds) {
    source.setUrl(url);
    source.setUser(role);
    source.setPassword(rolePassword);
    source.setConnectTimeout(3);
    source.setLoginTimeout(3);
    source.setSocketTimeout(socketTimeoutSeconds);
  }

  @Override
  public Connection getConnection() throws SQLException {
    for (var kept = idle.poll(); kept != null; kept = idle.poll()) {
      var connection = valid(kept);
      if (connection != null) {
        return connection;
      }
      end(kept);
    }
    var opened = source.getPooledConnection();
    opened.addConnectionEventListener(new Keeper());
    return opened.getConnection();
  }

  private static @Nullable Connection valid(PooledConnection kept) {
    try {
      var connection = kept.getConnection();
      return connection.isValid(VALID_SECONDS) ? connection : null;
    } catch (SQLException e) {
      return null; // it has ended since
    }
  }

  private static void end(PooledConnection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // It was broken already.
    }
  }

  @Override
  public void close() {
    for (var kept = idle.poll(); kept != null; kept = idle.poll()) {
      end(kept);
    }
  }

  /** Told by the driver of the end of each use. */
  private final class Keeper implements ConnectionEventListener {
    @Override
    public void connectionClosed(ConnectionEvent event) {
      var connection = (PooledConnection) event.getSource();
      if (idle.size() < KEPT) {
        idle.push(connection);
      } else {
        end(connection);
      }
    }

    @Override
    public void connectionErrorOccurred(ConnectionEvent event) {
      end((PooledConnection) event.getSource());
    }
  }
}
