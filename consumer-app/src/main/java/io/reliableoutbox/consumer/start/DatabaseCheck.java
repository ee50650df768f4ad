package io.reliableoutbox.consumer.start;

import java.io.FileNotFoundException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Refuses to start on a database that can't be used. One that doesn't answer yet is waited for,
 * within a limit; a wrong password or a missing schema won't get better by waiting.
 */
@Component
public class DatabaseCheck {
  private static final Logger log = LoggerFactory.getLogger(DatabaseCheck.class);
  private static final int NEEDED = 1;
  private final JdbcClient jdbc;

  public DatabaseCheck(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Returns once the database has the schema that these consumers know.
   *
   * @throws StartRefused if it has not, or does not answer within the limit
   */
  public void require(Duration limit) {
    int version = version(limit);
    if (version < NEEDED) {
      throw new StartRefused(
          "consuming.inbox_version is %d, but this consumer-app needs %d; run the migrator, db.jar, of this release."
              .formatted(version, NEEDED));
    }
  }

  private int version(Duration limit) {
    RetryPolicy whileItDoesNotAnswer =
        RetryPolicy.builder()
            .maxRetries(Long.MAX_VALUE)
            .delay(Duration.ofSeconds(1))
            .timeout(limit)
            .predicate(DatabaseCheck::mayPass)
            .build();
    try {
      return new RetryTemplate(whileItDoesNotAnswer).execute(this::query);
    } catch (RetryException e) {
      throw refusal(e.getCause(), limit);
    }
  }

  private int query() {
    try {
      return jdbc.sql("select version from consuming.inbox_version").query(Integer.class).single();
    } catch (CannotGetJdbcConnectionException e) {
      log.info("waiting for the database: {}", firstLine(e));
      throw e;
    }
  }

  // SQLSTATE class 28: the password or role is refused. 3D000: no such database.
  private static boolean mayPass(Throwable failure) {
    String state = sqlState(failure);
    return failure instanceof CannotGetJdbcConnectionException
        && !isUntrusted(failure)
        && !state.startsWith("28")
        && !state.equals("3D000");
  }

  private static StartRefused refusal(Throwable failure, Duration limit) {
    String said = firstLine(failure);
    String state = sqlState(failure);
    if (state.startsWith("28")) {
      return new StartRefused(
          "the database refuses the login ("
              + said
              + "); check SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD.");
    }
    if (isUntrusted(failure)) {
      return new StartRefused(
          "the database can't be trusted ("
              + said
              + "); check sslmode and sslrootcert in SPRING_DATASOURCE_URL.");
    }
    return new StartRefused(
        switch (state) {
          case "3D000" ->
              "there is no such database (" + said + "); run the migrator, db.jar, first.";
          case "42P01", "3F000" ->
              "the schema is missing (" + said + "); run the migrator, db.jar, first.";
          case "42501" ->
              "the role may not read it ("
                  + said
                  + "); use consumer_app, which the migrator makes.";
          default ->
              "the database can't be used, waited for up to %d s (%s); check SPRING_DATASOURCE_URL."
                  .formatted(limit.toSeconds(), said);
        });
  }

  // A certificate that nobody trusted here has signed, or a file of authorities that can't be read.
  private static boolean isUntrusted(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .anyMatch(
            each ->
                each instanceof GeneralSecurityException || each instanceof FileNotFoundException);
  }

  private static String sqlState(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof SQLException e && e.getSQLState() != null) {
        return e.getSQLState();
      }
    }
    return "";
  }

  private static String firstLine(Throwable failure) {
    String message =
        String.valueOf(NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
    return message.lines().findFirst().orElse("").replaceFirst("[.]$", "");
  }
}
