package io.reliableoutbox.lab.fault;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.system.LabSystem;
import java.sql.SQLException;

/** A constraint of a table is dropped. Healed, it looks at new rows only. */
public final class CheckDropped implements Fault {
  private static final String DEFINITION =
      "select pg_get_constraintdef(oid) from pg_constraint where conrelid = ?::regclass and conname = ?";
  private final String table;
  private final String constraint;
  private String definition = "";

  public CheckDropped(String table, String constraint) {
    this.table = table;
    this.constraint = constraint;
  }

  @Override
  public String happen(LabSystem system) {
    try (var connection = system.superuser().getConnection();
        var query = connection.prepareStatement(DEFINITION)) {
      query.setString(1, table);
      query.setString(2, constraint);
      try (var rows = query.executeQuery()) {
        Evidence.require(rows.next(), this, "there is no such constraint");
        definition = rows.getString(1).replace(" NOT VALID", "");
      }
    } catch (SQLException e) {
      throw new InfrastructureException("The constraint can't be read: " + e.getMessage(), e);
    }
    execute(system, "alter table %s drop constraint %s".formatted(table, constraint));
    return "somebody drops the check " + constraint + " of " + table;
  }

  @Override
  public String heal(LabSystem system) {
    execute(
        system,
        "alter table %s add constraint %s %s not valid".formatted(table, constraint, definition));
    return "the check is back";
  }

  private static void execute(LabSystem system, String sql) {
    try (var connection = system.superuser().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new InfrastructureException(sql + ": " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return "drop " + constraint;
  }
}
