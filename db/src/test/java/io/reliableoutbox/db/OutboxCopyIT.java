package io.reliableoutbox.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.reliableoutbox.lab.infrastructure.TestDatabase;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** docs/own-outbox.md: the migrations, with another schema's name, are a second outbox. */
class OutboxCopyIT {
  private static final String PASSWORD = "copy-password";
  private static TestDatabase database;
  private static JdbcClient owner;
  private static JdbcClient operator;

  @BeforeAll
  static void copy() {
    database = TestInfrastructure.freshDatabase(fresh -> Migrations.migrate(fresh.dataSource()));
    database.execute("create schema billing");
    database.execute("grant usage on schema billing to outbox_writer, outbox_relay, inspector");
    for (String file :
        List.of("V2__outbox.sql", "V3__outbox_views.sql", "V4__outbox_operations.sql")) {
      database.execute(read(file).replace("ordering", "billing").replace("${buckets}", "8"));
    }
    owner = JdbcClient.create(database.dataSource());
    for (String role : List.of("operator", "order_app", "outbox_relay")) {
      database.execute("alter role " + role + " password '" + PASSWORD + "'");
    }
    operator = as("operator");
  }

  @AfterAll
  static void drop() {
    database.drop();
  }

  @Test
  void every_function_works_on_the_second_outbox_and_leaves_the_first_alone() {
    insert("ordering", "PARKED");
    String id = insert("billing", "PARKED");
    assertThat(ask("billing.replay('" + id + "')")).startsWith("replayed");
    assertThat(ask("billing.skip('" + id + "', 'a test')")).startsWith("skipped");
    assertThat(ask("billing.replay('" + id + "')")).startsWith("replayed");
    mark("billing", "PARKED");
    assertThat(ask("billing.replay_parked()")).isEqualTo("1");
    mark("billing", "PUBLISHED");
    assertThat(ask("billing.replay_aggregate('thing', '1')")).isEqualTo("1");
    assertThat(ask("billing.replay_range('-infinity', 'infinity')")).isEqualTo("0");
    assertThat(ask("(select copies_pending from billing.outbox_lag)")).isEqualTo("1");
    assertThat(ask("(select count(*) from billing.outbox_audit)")).isEqualTo("6");
    assertThat(ask("(select count(*) from ordering.outbox_audit)")).isEqualTo("0");
    assertThat(ask("(select parked from ordering.outbox_lag)")).isEqualTo("1");
  }

  @Test
  void its_views_and_its_relays_rights_are_there() {
    for (String view :
        List.of("outbox_state", "outbox_lag", "outbox_stuck", "relay_state", "relay_blockers")) {
      operator.sql("select * from billing." + view).query().listOfRows();
    }
    assertThat(
            as("outbox_relay")
                .sql("select version from billing.outbox_version")
                .query()
                .singleValue())
        .isEqualTo(1);
    assertThat(ask("(select count(*) from billing.relay_state)")).isEqualTo("0");
  }

  @Test
  void nothing_in_it_names_another_schema() {
    List<String> names =
        owner
            .sql(
                """
                select p.proname from pg_proc p
                where p.pronamespace = 'billing'::regnamespace and pg_get_functiondef(p.oid) ~ '(ordering|consuming|public)[.]'
                union all
                select v.viewname from pg_views v
                where v.schemaname = 'billing' and v.definition ~ '(ordering|consuming|public)[.]'
                """)
            .query(String.class)
            .list();
    assertThat(names).isEmpty();
  }

  private static String read(String file) {
    try (var migration = Migrations.class.getResourceAsStream("/db/migration/" + file)) {
      return new String(migration.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JdbcClient as(String role) {
    return JdbcClient.create(database.dataSource(role, PASSWORD));
  }

  // order_app stands for the service: a member of outbox_writer, with no other right here.
  private static String insert(String schema, String state) {
    as("order_app")
        .sql(
            "insert into "
                + schema
                + ".outbox (aggregate_type, aggregate_id, event_type, payload)"
                + " values ('thing', '1', 'thing.changed', '{}')")
        .update();
    mark(schema, state);
    return owner.sql("select id::text from " + schema + ".outbox").query(String.class).single();
  }

  private static void mark(String schema, String state) {
    owner
        .sql(
            "update "
                + schema
                + ".outbox_delivery set state = :state, first_failed_at = now(), last_error = 'nack',"
                + " settled_at = case when :state = 'PUBLISHED' then now() end")
        .param("state", state)
        .update();
  }

  private static String ask(String call) {
    return operator.sql("select " + call + "::text").query(String.class).single();
  }
}
