package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reliableoutbox.lab.infrastructure.FreePort;
import io.reliableoutbox.lab.infrastructure.HostPort;
import io.reliableoutbox.lab.infrastructure.Launch;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/pgbouncer.md: a relay behind a pool that hands out a connection for a transaction only. */
class PgBouncerIT {
  private static final int SERVER_CONNECTIONS = 2;
  private final String uri = TestInfrastructure.broker().freshVirtualHost();
  @TempDir private Path folder;

  @Test
  void a_relay_works_through_a_pool_in_transaction_mode_and_keeps_order() throws Exception {
    Optional<Path> program = Launch.onPath("pgbouncer");
    assumeTrue(program.isPresent(), "pgbouncer is not installed");
    int port = FreePort.next();
    try (OutboxFixture outbox = new OutboxFixture();
        QueueHistory history = new QueueHistory(uri)) {
      Process bouncer = start(program.get(), configuration(outbox, port));
      String url = "jdbc:postgresql://127.0.0.1:" + port + "/relay?prepareThreshold=0";
      try {
        await().atMost(Duration.ofSeconds(20)).until(() -> answers(url));
        publishThrough(url, outbox, history);
      } finally {
        bouncer.destroyForcibly().waitFor();
      }
    }
  }

  private void publishThrough(String url, OutboxFixture outbox, QueueHistory history)
      throws Exception {
    Map<String, String> environment = RelayProcess.environment(outbox, uri, Duration.ofSeconds(5));
    environment.put("SPRING_DATASOURCE_URL", url);
    environment.put("RELAY_NAME", "pooled");
    try (RelayProcess relay = new RelayProcess(folder.resolve("relay.log"), environment)) {
      await().atMost(Duration.ofMinutes(2)).until(() -> outbox.bucketsOf("pooled") == 64);
      outbox.insertMany(5000, 500);
      await().atMost(Duration.ofSeconds(60)).until(() -> outbox.count("PUBLISHED") == 5000);
      // The pool, the hints' listener: all over these.
      assertThat(connections(outbox)).isBetween(1L, (long) SERVER_CONNECTIONS);
      outbox.insert("a1", "thing.changed");
      await().until(() -> outbox.count("PUBLISHED") == 5001);
      relay.stop();
      assertThat(outbox.bucketsOf("pooled")).as("given back").isZero();
      assertThat(Files.readString(folder.resolve("relay.log"))).doesNotContain("can't be used");
    }
    await().until(() -> history.all().size() == 5001);
    assertThat(history.ids()).doesNotHaveDuplicates();
    Order.assertKept(outbox.sql, history);
  }

  // As docs/pgbouncer.md has it.
  private Path configuration(OutboxFixture outbox, int port) throws IOException {
    HostPort server = outbox.database.server().address();
    Path file = folder.resolve("pgbouncer.ini");
    Files.writeString(
        file,
        """
        [databases]
        relay = host=%s port=%d dbname=%s user=outbox_relay password=%s connect_query='%s'
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = any
        pool_mode = transaction
        default_pool_size = %d
        ignore_startup_parameters = extra_float_digits
        """
            .formatted(
                server.host(),
                server.port(),
                outbox.database.name(),
                OutboxFixture.RELAY_PASSWORD,
                SettingsTest.pooled().replace("billing", "ordering").replace("'", "''"),
                port,
                SERVER_CONNECTIONS));
    return file;
  }

  private Process start(Path program, Path configuration) throws IOException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    if (System.getProperty("user.name").equals("root")) {
      // It refuses to stay root.
      command.addAll(List.of("-u", "nobody"));
    }
    command.add(configuration.toString());
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("pgbouncer.log").toFile())
        .start();
  }

  private static boolean answers(String url) {
    try (Connection connection = DriverManager.getConnection(url, "outbox_relay", "")) {
      return connection.isValid(5);
    } catch (SQLException notYet) {
      return false;
    }
  }

  private static long connections(OutboxFixture outbox) {
    return outbox
        .sql
        .sql(
            "select count(*) from pg_stat_activity where usename = 'outbox_relay' and datname = current_database()")
        .query(Long.class)
        .single();
  }
}
