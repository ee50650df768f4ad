package io.reliableoutbox.lab.infrastructure;

import java.sql.SQLException;
import javax.sql.DataSource;

/** A database of its own for one test class, on a server that others share. */
public record TestDatabase(DatabaseServer server, String name) {
  public String jdbcUrl() {
    return server.jdbcUrl(name);
  }

  /** The superuser, who owns it. */
  public String username() {
    return server.superuser();
  }

  public String password() {
    return server.password();
  }

  /** As the superuser. Unpooled. */
  public DataSource dataSource() {
    return dataSource(username(), password());
  }

  /** As one of the roles that the migrations made. Unpooled. */
  public DataSource dataSource(String role, String rolePassword) {
    return server.dataSource(name, role, rolePassword);
  }

  /** Runs a statement as the superuser. */
  public void execute(String sql) {
    execute(dataSource(), sql);
  }

  /** Removes it, whoever is still connected. */
  public void drop() {
    execute(
        server.dataSource("postgres", username(), password()),
        "drop database if exists \"" + name + "\" with (force)");
  }

  static void execute(DataSource source, String sql) {
    try (var connection = source.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql + ": " + e.getMessage(), e);
    }
  }
}
