package io.reliableoutbox.lab.fault;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.system.LabSystem;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A transaction that has written and is slow to commit. Healed by its commit. */
public final class OpenTransaction implements Fault {
  private final String role;
  private final String sql;
  private @Nullable Connection connection;

  public OpenTransaction(String role, String sql) {
    this.role = role;
    this.sql = sql;
  }

  @Override
  public String happen(LabSystem system) {
    try {
      var opened = system.dataSource(role).getConnection();
      connection = opened;
      opened.setAutoCommit(false);
      try (var statement = opened.createStatement()) {
        int rows = statement.executeUpdate(sql);
        Evidence.require(rows > 0, this, "nothing was written");
        return "a transaction has written " + rows + " rows and does not commit";
      }
    } catch (SQLException e) {
      throw new InfrastructureException("No transaction could be opened: " + e.getMessage(), e);
    }
  }

  @Override
  public String heal(LabSystem system) {
    var opened = connection;
    if (opened == null) {
      return "";
    }
    try (opened) {
      opened.commit();
      return "the transaction commits";
    } catch (SQLException e) {
      throw new InfrastructureException("It could not commit: " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return "open transaction";
  }
}
