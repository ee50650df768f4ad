package io.reliableoutbox.lab.fault;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.system.LabSystem;
import java.sql.SQLException;

/** A transaction writes, and rolls back. */
public record RolledBack(String role, String sql) implements Fault {
  @Override
  public String happen(LabSystem system) {
    try (var connection = system.dataSource(role).getConnection();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      int rows = statement.executeUpdate(sql);
      Evidence.require(rows > 0, this, "nothing was written");
      connection.rollback();
      return "a transaction has written " + rows + " events and rolls back";
    } catch (SQLException e) {
      throw new InfrastructureException("No transaction took place: " + e.getMessage(), e);
    }
  }
}
