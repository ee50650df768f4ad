package io.reliableoutbox.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;

/**
 * Waits, within a limit, until the database takes a connection. A refused password ends it at once.
 */
record DatabaseWait(DataSource dataSource, Duration limit) {
  private static final Logger log = LoggerFactory.getLogger(DatabaseWait.class);

  /**
   * Returns the server's version once it answers.
   *
   * @throws MigratorFailure if it doesn't within the limit
   */
  String await() {
    RetryPolicy everyHalfSecond =
        RetryPolicy.builder()
            .maxRetries(Long.MAX_VALUE)
            .delay(Duration.ofMillis(500))
            .timeout(limit)
            .predicate(DatabaseWait::mayPass)
            .build();
    try {
      return new RetryTemplate(everyHalfSecond).execute(this::version);
    } catch (RetryException e) {
      throw new MigratorFailure("the database does not answer: " + rootMessage(e.getCause()), e);
    }
  }

  private String version() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return connection.getMetaData().getDatabaseProductVersion();
    } catch (SQLException e) {
      log.info("waiting for the database: {}", e.getMessage());
      throw e;
    }
  }

  // Class 28 is a refused password or role, 3D000 a database that does not exist: waiting won't
  // help.
  private static boolean mayPass(Throwable failure) {
    return !(failure instanceof SQLException e
        && e.getSQLState() != null
        && (e.getSQLState().startsWith("28") || e.getSQLState().equals("3D000")));
  }

  private static String rootMessage(Throwable failure) {
    return failure.getCause() == null
        ? String.valueOf(failure.getMessage())
        : rootMessage(failure.getCause());
  }
}
