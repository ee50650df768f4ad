package io.reliableoutbox.relay.outbox;

import io.reliableoutbox.relay.StartRefused;
import java.io.FileNotFoundException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The version of the outbox that the database has; a relay starts only on one that it knows. */
@Repository
public class OutboxVersion {
  private static final Logger log = LoggerFactory.getLogger(OutboxVersion.class);
  private static final int NEEDED = 1;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private final JdbcClient jdbc;

  public OutboxVersion(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Waits for the database for up to half a minute.
   *
   * @throws StartRefused with what is wrong and what to do
   */
  public void require() {
    int version = read();
    if (version < NEEDED) {
      throw new StartRefused(
          "the outbox has version " + version + ", this relay needs " + NEEDED + " or newer",
          "Run the migrator (java -jar db.jar) of this release first.");
    }
  }

  private int read() {
    RetryPolicy whileUnreachable =
        RetryPolicy.builder()
            .includes(CannotGetJdbcConnectionException.class)
            .maxRetries(Long.MAX_VALUE)
            .delay(Duration.ofSeconds(1))
            .timeout(PATIENCE)
            .predicate(OutboxVersion::mayPass)
            .build();
    try {
      return new RetryTemplate(whileUnreachable).execute(this::query);
    } catch (RetryException e) {
      throw refusal(e.getCause());
    }
  }

  private int query() {
    try {
      return jdbc.sql("select version from outbox_version").query(Integer.class).single();
    } catch (CannotGetJdbcConnectionException e) {
      log.info("waiting for the database: {}", root(e).getMessage());
      throw e;
    }
  }

  // SQLSTATE class 28: the password or role is refused; 3D000: no such database. Neither the
  // certificate of a server that isn't trusted nor a missing file of authorities will get better.
  private static boolean mayPass(Throwable failure) {
    return !(root(failure) instanceof GeneralSecurityException)
        && !(root(failure) instanceof FileNotFoundException)
        && !(root(failure) instanceof java.sql.SQLException e
            && e.getSQLState() != null
            && (e.getSQLState().startsWith("28") || e.getSQLState().equals("3D000")));
  }

  private static StartRefused refusal(Throwable failure) {
    if (failure instanceof BadSqlGrammarException) {
      return new StartRefused(
          "the outbox is missing, or this role may not read it: " + root(failure).getMessage(),
          "Run the migrator (java -jar db.jar), and check RELAY_SCHEMA and SPRING_DATASOURCE_USERNAME.");
    }
    return new StartRefused(
        "the database can't be used: " + root(failure).getMessage(),
        "Check SPRING_DATASOURCE_URL, _USERNAME and _PASSWORD.");
  }

  private static Throwable root(Throwable failure) {
    return failure.getCause() == null ? failure : root(failure.getCause());
  }
}
