package io.reliableoutbox.benchmark.stand;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Statements of the benchmark itself, each on a connection of its own. */
public record Sql(DataSource source) {
  public void run(String... statements) {
    try (var connection = connect();
        var statement = connection.createStatement()) {
      for (var sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new InfrastructureException("The database refused: " + e.getMessage(), e);
    }
  }

  /** The only number of the only row. */
  public long number(String sql) {
    try (var connection = connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new InfrastructureException("The database refused: " + e.getMessage(), e);
    }
  }

  public Connection connect() {
    try {
      return source.getConnection();
    } catch (SQLException e) {
      throw new InfrastructureException("No connection to the database: " + e.getMessage(), e);
    }
  }
}
