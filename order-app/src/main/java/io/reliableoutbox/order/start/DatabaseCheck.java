package io.reliableoutbox.order.start;

import io.reliableoutbox.order.OrderSettings;
import java.io.FileNotFoundException;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.stereotype.Component;

/**
 * Refuses to start on a database that can't be used. One that isn't there yet is waited for, within
 * a limit; a wrong password or an old schema won't get better by waiting. Runs before the HTTP port
 * is opened.
 */
@Component
class DatabaseCheck implements InitializingBean {
  private static final Logger log = LoggerFactory.getLogger(DatabaseCheck.class);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  private final JdbcConnectionDetails database;
  private final Duration limit;
  private final String url;

  DatabaseCheck(JdbcConnectionDetails database, OrderSettings settings) {
    this.database = database;
    this.limit = settings.databaseWait();
    // Without its parameters: one of them may be a password.
    this.url = database.getJdbcUrl().replaceFirst("\\?.*", "");
  }

  @Override
  public void afterPropertiesSet() throws InterruptedException {
    refuseUnusableUrl();
    long start = System.nanoTime();
    long nextLine = start;
    while (true) {
      try (Connection connection =
          DriverManager.getConnection(database.getJdbcUrl(), Login.of(database))) {
        SchemaCheck.check(connection, String.valueOf(database.getUsername()));
        return;
      } catch (SQLException e) {
        long now = System.nanoTime();
        long left = limit.toNanos() - (now - start);
        refuseWhereWaitingIsInVain(e, left);
        if (now - nextLine >= 0) {
          log.info(
              "waiting for the database at {}, {} s left: {}",
              url,
              Duration.ofNanos(left).toSeconds(),
              firstLine(e));
          nextLine = now + BETWEEN_LINES.toNanos();
        }
        Thread.sleep(PAUSE.toMillis());
      }
    }
  }

  private void refuseUnusableUrl() {
    try {
      DriverManager.getDriver(database.getJdbcUrl());
    } catch (SQLException e) {
      throw new StartRefused(
          "spring.datasource.url is \"%s\", but must look like jdbc:postgresql://host:5432/outbox."
              .formatted(url));
    }
  }

  private void refuseWhereWaitingIsInVain(SQLException e, long nanosLeft) {
    String state = String.valueOf(e.getSQLState());
    if (state.startsWith("28")) {
      throw new StartRefused(
          "the database at %s refuses the login of %s (%s); check SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD."
              .formatted(url, database.getUsername(), firstLine(e)));
    }
    if (state.equals("3D000")) {
      throw new StartRefused(
          "there is no database at %s (%s); create it and run the migrator, db.jar."
              .formatted(url, firstLine(e)));
    }
    if (isUntrusted(e)) {
      throw new StartRefused(
          "the database at %s can't be trusted (%s); check sslmode and sslrootcert in SPRING_DATASOURCE_URL."
              .formatted(url, firstLine(e)));
    }
    if (nanosLeft <= 0) {
      throw new StartRefused(
          "the database at %s did not answer within %d s (%s); start it or set SPRING_DATASOURCE_URL."
              .formatted(url, limit.toSeconds(), firstLine(e)));
    }
  }

  // A certificate that nobody trusted here has signed, or a file of authorities that can't be read.
  private static boolean isUntrusted(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .anyMatch(
            each ->
                each instanceof GeneralSecurityException || each instanceof FileNotFoundException);
  }

  private static String firstLine(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("").replaceFirst("[.]$", "");
  }
}
