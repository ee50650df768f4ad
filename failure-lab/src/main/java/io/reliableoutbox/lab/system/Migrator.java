package io.reliableoutbox.lab.system;

import io.reliableoutbox.lab.infrastructure.DatabaseServer;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Makes the database, and runs the migrator once, which makes schema, roles and passwords. */
record Migrator(Path home, DatabaseServer postgres, Credentials credentials) {
  void run(Path logs) {
    createDatabase();
    var log = logs.resolve("migrator.log");
    var spec = new AppSpec("migrator", Jars.MIGRATOR.in(home), 128, environment());
    var unpacked = Unpacked.of(spec.jar());
    boolean first = unpacked.untrained();
    var process = first ? Jvm.train(spec, log) : Jvm.run(spec, log);
    try {
      if (process.process().waitFor() != 0) {
        throw new InfrastructureException(
            "The migrator failed: %s (see %s)".formatted(process.lastLine(), log));
      }
      if (first) {
        unpacked.trained(true);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureException("Interrupted.", e);
    }
  }

  private void createDatabase() {
    var server = postgres.dataSource("postgres", postgres.superuser(), postgres.password());
    try (var connection = server.getConnection();
        var statement = connection.createStatement()) {
      statement.execute("create database " + Servers.DATABASE);
    } catch (SQLException e) {
      throw new InfrastructureException("Can't make the database: " + e.getMessage(), e);
    }
  }

  private Map<String, String> environment() {
    var environment = new HashMap<String, String>();
    environment.put("SPRING_DATASOURCE_URL", postgres.jdbcUrl(Servers.DATABASE));
    environment.put("SPRING_DATASOURCE_USERNAME", postgres.superuser());
    environment.put("SPRING_DATASOURCE_PASSWORD", postgres.password());
    credentials
        .database()
        .forEach(
            (role, password) ->
                environment.put(role.toUpperCase(Locale.ROOT) + "_PASSWORD", password));
    return environment;
  }
}
