package io.reliableoutbox.lab.check;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Compares what the lab itself knows, first of all the client's record of what was acknowledged,
 * with the orders, the outbox and what the consumers applied. Asks the tables and not the programs
 * that wrote them; to be called when the system is drained.
 */
public record Checker(DataSource inspector) {
  private static final List<String> CONSUMERS = List.of("email", "inventory", "analytics");

  /** {@code acknowledged}: the client's file, with a line for each order and version. */
  public Findings check(Path acknowledged) {
    return check(Expectations.of(acknowledged));
  }

  public Findings check(Expectations expected) {
    try (var connection = inspector.getConnection()) {
      return check(connection, expected);
    } catch (SQLException e) {
      throw new InfrastructureException("The database can't be checked: " + e.getMessage(), e);
    }
  }

  private static Findings check(Connection connection, Expectations expected) throws SQLException {
    Set<String> acknowledged = acknowledged(expected.acknowledged());
    Set<String> committed = new HashSet<>(ids(connection, Questions.COMMITTED));
    Set<String> lost = new TreeSet<>();
    Set<String> unexpected = new TreeSet<>();
    Set<String> duplicates = new TreeSet<>();
    Set<String> undelivered = new TreeSet<>();
    long count = 0;
    for (String consumer : CONSUMERS) {
      Set<String> effects = new HashSet<>();
      for (String effect : ids(connection, Questions.EFFECTS, consumer)) {
        count++;
        if (!effects.add(effect)) {
          duplicates.add(consumer + " " + effect);
        }
      }
      lost.addAll(missing(consumer, acknowledged, effects));
      if (expected.settled()) {
        undelivered.addAll(missing(consumer, committed, effects));
      }
      unexpected.addAll(missing(consumer, effects, committed));
    }
    undelivered.removeAll(lost);
    duplicates.addAll(ids(connection, Questions.MISCOUNTED));
    if (expected.settled()) {
      duplicates.addAll(ids(connection, Questions.RESERVATIONS));
      unexpected.addAll(ids(connection, Questions.WITHOUT_A_KEY));
    }
    unexpected.addAll(ids(connection, Questions.UNEXPECTED_MAILS));
    compareMails(connection, expected, lost, unexpected);
    return new Findings(
        lost,
        unexpected,
        duplicates,
        new TreeSet<>(ids(connection, Questions.OUT_OF_ORDER)),
        undelivered,
        expected.settled() ? wronglyParked(connection, expected.poison()) : Set.of(),
        expected.settled() ? leftOver(connection, expected) : Set.of(),
        Long.parseLong(ids(connection, Questions.PUBLISHED).get(0)),
        count);
  }

  private static Collection<String> missing(
      String consumer, Set<String> wanted, Set<String> there) {
    return wanted.stream()
        .filter(id -> !there.contains(id))
        .map(id -> consumer + " " + id)
        .toList();
  }

  private static void compareMails(
      Connection connection, Expectations expected, Set<String> lost, Set<String> unexpected)
      throws SQLException {
    Set<String> received = expected.mails();
    if (received != null) {
      Set<String> sent = new HashSet<>(ids(connection, Questions.SENT_MAILS));
      lost.addAll(missing("mail", sent, received));
      unexpected.addAll(missing("mail", received, sent));
    }
  }

  private static Set<String> wronglyParked(Connection connection, Set<UUID> poison)
      throws SQLException {
    Set<String> parked = new HashSet<>(ids(connection, Questions.PARKED));
    Set<String> wrong = new TreeSet<>(ids(connection, Questions.PARKED_IN_THE_OUTBOX));
    for (String consumer : CONSUMERS) {
      for (UUID id : poison) {
        if (!parked.remove(consumer + " " + id)) {
          wrong.add(consumer + " " + id + " is not");
        }
      }
    }
    wrong.addAll(parked);
    return wrong;
  }

  private static Set<String> leftOver(Connection connection, Expectations expected)
      throws SQLException {
    Set<String> left = new TreeSet<>(ids(connection, Questions.LEFT_OVER));
    expected
        .queues()
        .forEach(
            (queue, messages) -> {
              if (messages > 0) {
                left.add("queue " + queue + ": " + messages);
              }
            });
    return left;
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
      List<String> ids = new ArrayList<>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          ids.add(rows.getString(1));
        }
      }
      return ids;
    }
  }
}
