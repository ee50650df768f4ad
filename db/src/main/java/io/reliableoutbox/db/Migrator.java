package io.reliableoutbox.db;

import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.MigrateResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.stereotype.Component;

/** Waits for the database, migrates it and sets the roles' passwords, with a line for each. */
@Component
class Migrator {
  private static final Logger log = LoggerFactory.getLogger(Migrator.class);
  private final DataSource dataSource;
  private final MigratorSettings settings;

  Migrator(DataSource dataSource, MigratorSettings settings) {
    this.dataSource = dataSource;
    this.settings = settings;
  }

  /**
   * Brings the schema up to date.
   *
   * @param environment where the roles' passwords are looked up
   * @throws MigratorFailure with a sentence that says what is wrong
   */
  void run(Map<String, String> environment) {
    log.info("PostgreSQL {} answers", new DatabaseWait(dataSource, settings.waitLimit()).await());
    try {
      MigrateResult result = Migrations.migrate(dataSource, settings.buckets());
      log.info(
          "schema at version {}, {} migrations applied",
          result.targetSchemaVersion == null
              ? result.initialSchemaVersion
              : result.targetSchemaVersion,
          result.migrationsExecuted);
    } catch (FlywayException e) {
      throw new MigratorFailure("the migration failed and was rolled back: " + e.getMessage(), e);
    }
    log.info("passwords set for {}", setPasswords(environment));
  }

  // One connection: the values travel in session settings.
  private List<String> setPasswords(Map<String, String> environment) {
    try (var connection = dataSource.getConnection()) {
      var single = new SingleConnectionDataSource(connection, true);
      return new RolePasswords(JdbcClient.create(single)).apply(environment);
    } catch (java.sql.SQLException e) {
      throw new MigratorFailure("the passwords could not be set: " + e.getMessage(), e);
    }
  }
}
