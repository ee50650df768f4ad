package io.reliableoutbox.lab.check;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;

/**
 * Compares the client's record of what was acknowledged with the orders, the outbox and what the
 * consumers applied. Asks the tables and not the programs that wrote them; to be called when the
 * system is drained.
 */
public record Checker(DataSource inspector) {
  private static final List<String> CONSUMERS = List.of("email", "inventory", "analytics");

  private static final String EFFECTS =
      """
      select aggregate_id || ' ' || aggregate_version from consuming.inbox
      where consumer = ? and aggregate_type = 'order' and state = 'APPLIED'
      """;

  private static final String COMMITTED =
      """
      select o.id || ' ' || v.version
      from ordering.orders o cross join lateral generate_series(1, o.version) v(version)
      """;

  private static final String OUT_OF_ORDER =
      """
      select consumer || ' ' || aggregate_id || ' ' || aggregate_version
      from (
        select consumer, aggregate_id, aggregate_version, applied_seq,
               max(applied_seq) over (partition by consumer, aggregate_id order by aggregate_version
                                      rows between unbounded preceding and 1 preceding) as before
        from consuming.inbox
        where aggregate_type = 'order' and state = 'APPLIED') applied
      where applied_seq <= before
      """;

  /** Effects in the consumers' own tables that don't match what the inbox says was applied. */
  private static final String MISCOUNTED =
      """
      select 'email ' || i.message_id from consuming.inbox i
      left join consuming.email e using (message_id)
      where i.consumer = 'email' and i.state = 'APPLIED' and i.outcome = 'MAIL_RECORDED' and e.message_id is null
      union all
      select 'analytics counts ' || counted || ' orders of ' || applied
      from (select coalesce(sum(orders), 0) as counted from consuming.daily_revenue) c,
           (select count(*) as applied from consuming.inbox
            where consumer = 'analytics' and state = 'APPLIED' and event_type = 'order.created') a
      where counted <> applied
      """;

  private static final String UNEXPECTED_MAILS =
      """
      select 'email ' || e.message_id from consuming.email e
      left join consuming.inbox i on i.consumer = 'email' and i.message_id = e.message_id and i.state = 'APPLIED'
      where i.message_id is null
      """;

  /** {@code acknowledged}: the client's file, with a line for each order and version. */
  public Findings check(Path acknowledged) {
    try (var connection = inspector.getConnection()) {
      return check(connection, acknowledged(acknowledged));
    } catch (SQLException e) {
      throw new InfrastructureException("The database can't be checked: " + e.getMessage(), e);
    }
  }

  private static Findings check(Connection connection, Set<String> acknowledged)
      throws SQLException {
    Set<String> committed = new HashSet<>(ids(connection, COMMITTED));
    Set<String> lost = new TreeSet<>();
    Set<String> unexpected = new TreeSet<>();
    Set<String> duplicates = new TreeSet<>();
    long count = 0;
    for (String consumer : CONSUMERS) {
      Set<String> effects = new HashSet<>();
      for (String effect : ids(connection, EFFECTS, consumer)) {
        count++;
        if (!effects.add(effect)) {
          duplicates.add(consumer + " " + effect);
        }
      }
      acknowledged.stream()
          .filter(id -> !effects.contains(id))
          .forEach(id -> lost.add(consumer + " " + id));
      effects.stream()
          .filter(id -> !committed.contains(id))
          .forEach(id -> unexpected.add(consumer + " " + id));
    }
    duplicates.addAll(ids(connection, MISCOUNTED));
    unexpected.addAll(ids(connection, UNEXPECTED_MAILS));
    long published =
        Long.parseLong(
            ids(connection, "select count(*) from public.ledger where published_at is not null")
                .get(0));
    return new Findings(
        lost,
        unexpected,
        duplicates,
        new TreeSet<>(ids(connection, OUT_OF_ORDER)),
        published,
        count);
  }

  private static Set<String> acknowledged(Path file) {
    try (var lines = Files.lines(file)) {
      Set<String> ids = new HashSet<>();
      lines.skip(1).map(line -> line.split(",")).forEach(line -> ids.add(line[0] + " " + line[1]));
      return ids;
    } catch (IOException e) {
      throw new InfrastructureException("The client's record " + file + " can't be read.", e);
    }
  }

  private static List<String> ids(Connection connection, String sql, String... parameters)
      throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setString(i + 1, parameters[i]);
      }
      List<String> ids = new java.util.ArrayList<>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          ids.add(rows.getString(1));
        }
      }
      return ids;
    }
  }
}
