package io.reliableoutbox.order.start;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** Refuses a schema that is missing or older than this application. */
final class SchemaCheck {
  // What each part of the schema must be at least.
  private static final Map<String, Integer> NEEDED =
      Map.of("ordering.orders_version", 1, "ordering.outbox_version", 1);

  private SchemaCheck() {}

  static void check(Connection connection, String role) throws SQLException {
    for (Map.Entry<String, Integer> part : NEEDED.entrySet()) {
      int found = version(connection, part.getKey(), role);
      if (found < part.getValue()) {
        throw new StartRefused(
            "%s is %d, but this order-app needs %d; run the migrator, db.jar, of this release."
                .formatted(part.getKey(), found, part.getValue()));
      }
    }
  }

  // A view can't be named by a parameter; these names are constants of this class.
  private static int version(Connection connection, String view, String role) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select version from " + view)) {
      row.next();
      return row.getInt(1);
    } catch (SQLException e) {
      throw refusal(view, role, e);
    }
  }

  private static StartRefused refusal(String view, String role, SQLException e)
      throws SQLException {
    return switch (String.valueOf(e.getSQLState())) {
      case "42P01", "3F000" ->
          new StartRefused(
              "the schema is missing or too old (there is no %s); run the migrator, db.jar, first."
                  .formatted(view));
      case "42501" ->
          new StartRefused(
              "the role %s may not use the schema ordering; use order_app, which the migrator makes."
                  .formatted(role));
      default -> throw e;
    };
  }
}
