package io.reliableoutbox.lab.soak;

import io.reliableoutbox.lab.system.LabSystem;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A writer that doesn't keep to the contract: puts events into the outbox, as role {@code
 * outbox_writer}, that no consumer can make sense of, on aggregates of their own. Each consumer has
 * to park each of them, and nothing else.
 */
final class Poison implements AutoCloseable {
  private static final String INSERT =
      """
      insert into ordering.outbox (id, aggregate_type, aggregate_id, aggregate_version, event_type, payload)
      values (?, 'poison', ?, ?, ?, ?::json)
      -- Asked again after a lost answer.
      on conflict do nothing
      """;

  private static final String[] BODIES = {
    "{}", "[1, 2, 3]", "{\"orderId\": \"none\"}", "\"order\"", "{\"lines\": [], \"currency\": 7}"
  };

  private static final String[] TYPES = {"order.created", "order.paid", "order.exploded"};

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final Set<UUID> written = ConcurrentHashMap.newKeySet();
  private final LabSystem system;
  private @Nullable UUID open;
  private int number;

  Poison(LabSystem system) {
    this.system = system;
  }

  void start(double perSecond) {
    if (perSecond > 0) {
      long nanos = (long) (1e9 / perSecond);
      var unused = clock.scheduleWithFixedDelay(this::next, nanos, nanos, TimeUnit.NANOSECONDS);
    }
  }

  /** All that are known to be committed. */
  Set<UUID> written() {
    return Set.copyOf(written);
  }

  /** Writes no more, once it knows what became of the last. */
  @Override
  public void close() {
    clock.shutdown();
    try {
      if (!clock.awaitTermination(5, TimeUnit.SECONDS)) {
        clock.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (int attempt = 0; attempt < 60 && open != null; attempt++) {
      write(open);
      io.reliableoutbox.lab.system.Pause.millis(open == null ? 0 : 500);
    }
  }

  private synchronized void next() {
    write(open == null ? UUID.randomUUID() : open);
  }

  private synchronized void write(UUID id) {
    open = id;
    try (var connection = system.superuser().getConnection()) {
      connection.setAutoCommit(false);
      insert(connection, id);
      connection.commit();
      written.add(id);
      number++;
      open = null;
    } catch (SQLException e) {
      // It may be committed or not: the next time asks again with the same id.
    }
  }

  private void insert(Connection connection, UUID id) throws SQLException {
    try (var role = connection.createStatement();
        var insert = connection.prepareStatement(INSERT)) {
      role.execute("set local role outbox_writer");
      insert.setObject(1, id);
      insert.setString(2, id.toString());
      insert.setObject(3, number % 2 == 0 ? null : 1L, java.sql.Types.BIGINT);
      insert.setString(4, TYPES[number % TYPES.length]);
      insert.setString(5, BODIES[number % BODIES.length]);
      insert.setQueryTimeout((int) Duration.ofSeconds(20).toSeconds());
      insert.executeUpdate();
    }
  }
}
