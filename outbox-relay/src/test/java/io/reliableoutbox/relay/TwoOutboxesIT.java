package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.db.Migrations;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.relay.core.NamedAggregate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.springframework.jdbc.core.simple.JdbcClient;

/** docs/own-outbox.md: a second outbox beside the first, in one database, each with its relay. */
class TwoOutboxesIT {
  private static final Duration LEASE = Duration.ofSeconds(3);
  private static final int EVENTS = 500;
  private final String uri = TestInfrastructure.broker().freshVirtualHost();
  @TempDir private Path logs;
  private OutboxFixture outbox;
  private QueueHistory orders;
  private QueueHistory bills;
  private JdbcClient operator;

  @BeforeEach
  void start() throws Exception {
    outbox = new OutboxFixture();
    outbox.database.execute("create schema billing");
    outbox.database.execute(
        "grant usage on schema billing to outbox_writer, outbox_relay, inspector");
    for (String file :
        List.of("V2__outbox.sql", "V3__outbox_views.sql", "V4__outbox_operations.sql")) {
      outbox.database.execute(read(file).replace("ordering", "billing").replace("${buckets}", "8"));
    }
    outbox.database.execute("alter role operator password '" + OutboxFixture.RELAY_PASSWORD + "'");
    operator =
        JdbcClient.create(outbox.database.dataSource("operator", OutboxFixture.RELAY_PASSWORD));
    orders = new QueueHistory(uri, "orders", "orders.events", Map.of());
    bills = new QueueHistory(uri, "bills", "billing.events", Map.of());
    orders.consume();
    bills.consume();
  }

  @AfterEach
  void stop() {
    orders.close();
    bills.close();
    outbox.close();
  }

  @Test
  void each_relay_publishes_its_own_outbox_to_its_own_exchange() throws Exception {
    try (RelayProcess ordering = relay("ordering", "orders.events");
        RelayProcess billing = relay("billing", "billing.events")) {
      for (String schema : List.of("ordering", "billing")) {
        insertMany(schema);
        await().atMost(Duration.ofMinutes(2)).until(() -> published(schema) == EVENTS);
      }
      await().until(() -> bills.all().size() == EVENTS && orders.all().size() == EVENTS);
      assertThat(orders.ids()).containsExactlyInAnyOrderElementsOf(ids("ordering"));
      assertThat(bills.ids()).containsExactlyInAnyOrderElementsOf(ids("billing"));
      assertThat(source(orders)).containsOnly("/ordering/thing");
      assertThat(source(bills)).containsOnly("/billing/thing");

      // Each operator's call wakes the relay of its own outbox.
      String order = ids("ordering").get(0);
      String bill = ids("billing").get(0);
      assertThat(ask("billing.replay('" + order + "')")).startsWith("refused");
      assertThat(ask("ordering.replay('" + order + "')")).startsWith("replayed");
      assertThat(ask("billing.replay('" + bill + "')")).startsWith("replayed");
      await().until(() -> orders.all().size() == EVENTS + 1 && bills.all().size() == EVENTS + 1);
      assertThat(orders.ids().get(EVENTS)).isEqualTo(order);
      assertThat(bills.ids().get(EVENTS)).isEqualTo(bill);

      // One without a relay holds nothing up in the other.
      assertThat(billing.stop()).isEqualTo(143);
      insertMany("billing");
      insertMany("ordering");
      await().atMost(Duration.ofSeconds(20)).until(() -> published("ordering") == 2 * EVENTS);
      assertThat(published("billing")).isEqualTo(EVENTS);
      assertThat(bills.all()).hasSize(EVENTS + 1);
      assertThat(ordering.isAlive()).isTrue();
    }
  }

  @Test
  void a_service_may_name_its_aggregates_in_hints_of_its_own_outbox() throws Exception {
    outbox.database.execute("revoke execute on all functions in schema billing from public");
    try (Connection connection = outbox.database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("listen billing_outbox");
      statement.execute("set role outbox_writer");
      statement.execute(
          "select pg_notify('billing_outbox', billing.bucket_of(k) || ':' || k) from billing.aggregate_key('invoice', '4711') k");
      PGNotification[] heard = connection.unwrap(PGConnection.class).getNotifications(10_000);
      assertThat(heard).hasSize(1);
      assertThat(NamedAggregate.read(heard[0].getParameter())).hasSize(1);
    }
  }

  private RelayProcess relay(String schema, String exchange) throws IOException {
    Map<String, String> environment = RelayProcess.environment(outbox, uri, LEASE);
    environment.put("RELAY_SCHEMA", schema);
    environment.put("RELAY_EXCHANGE", exchange);
    return new RelayProcess(logs.resolve(schema + ".log"), environment);
  }

  private void insertMany(String schema) {
    outbox
        .sql
        .sql(
            """
            insert into SCHEMA.outbox (aggregate_type, aggregate_id, event_type, payload)
            select 'thing', 'a' || n % 50, 'thing.changed', '{}' from generate_series(1, :events) n
            """
                .replace("SCHEMA", schema))
        .param("events", EVENTS)
        .update();
  }

  private long published(String schema) {
    return outbox
        .sql
        .sql("select count(*) from " + schema + ".outbox_state where state = 'PUBLISHED'")
        .query(Long.class)
        .single();
  }

  private List<String> ids(String schema) {
    return outbox
        .sql
        .sql("select id::text from " + schema + ".outbox order by position")
        .query(String.class)
        .list();
  }

  private static List<String> source(QueueHistory history) {
    return history.all().stream()
        .map(message -> message.properties().getHeaders().get("cloudEvents:source").toString())
        .distinct()
        .toList();
  }

  private String ask(String call) {
    return operator.sql("select " + call).query(String.class).single();
  }

  private static String read(String file) throws IOException {
    try (var migration = Migrations.class.getResourceAsStream("/db/migration/" + file)) {
      return new String(migration.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
