package io.reliableoutbox.lab.scenario;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** What a story asks the database, as one of its roles. */
public record Sql(DataSource role) {
  private static final int LIMIT_SECONDS = 10;

  /** The first column of the first row, as a number. */
  public long number(String query) {
    return Long.parseLong(text(query));
  }

  /** The first column of the first row; "null" for null. */
  public String text(String query) {
    return rows(query).get(1).get(0);
  }

  /** The names of the columns, then each row. */
  public List<List<String>> rows(String query) {
    try (var connection = role.getConnection();
        var statement = connection.createStatement()) {
      statement.setQueryTimeout(LIMIT_SECONDS);
      return rows(statement.executeQuery(query));
    } catch (SQLException e) {
      throw new InfrastructureException("The database did not answer: " + e.getMessage(), e);
    }
  }

  public int update(String statementText) {
    try (var connection = role.getConnection();
        var statement = connection.createStatement()) {
      statement.setQueryTimeout(LIMIT_SECONDS);
      return statement.executeUpdate(statementText);
    } catch (SQLException e) {
      throw new InfrastructureException("The database refused: " + e.getMessage(), e);
    }
  }

  private static List<List<String>> rows(ResultSet result) throws SQLException {
    var rows = new ArrayList<List<String>>();
    var meta = result.getMetaData();
    var names = new ArrayList<String>();
    for (int column = 1; column <= meta.getColumnCount(); column++) {
      names.add(meta.getColumnLabel(column));
    }
    rows.add(names);
    while (result.next()) {
      var row = new ArrayList<String>();
      for (int column = 1; column <= names.size(); column++) {
        row.add(String.valueOf(result.getString(column)));
      }
      rows.add(row);
    }
    return rows;
  }
}
