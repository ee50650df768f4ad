package io.reliableoutbox.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reliableoutbox.lab.infrastructure.TestDatabase;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What each role may not do. */
class LeastPrivilegeIT {
  private static final String PASSWORD = "a'b \\ \"c";
  private static TestDatabase database;
  private static JdbcClient owner;

  @BeforeAll
  static void migrate() {
    database = TestInfrastructure.freshDatabase(fresh -> Migrations.migrate(fresh.dataSource()));
    owner =
        JdbcClient.create(
            new org.springframework.jdbc.datasource.SingleConnectionDataSource(
                database.jdbcUrl(), database.username(), database.password(), true));
    assertThat(
            new RolePasswords(owner)
                .apply(
                    Map.of(
                        "ORDER_APP_PASSWORD", PASSWORD,
                        "OUTBOX_RELAY_PASSWORD", PASSWORD,
                        "CONSUMER_APP_PASSWORD", PASSWORD,
                        "INSPECTOR_PASSWORD", PASSWORD,
                        "OPERATOR_PASSWORD", PASSWORD)))
        .isEqualTo(List.of("order_app", "outbox_relay", "consumer_app", "inspector", "operator"));
  }

  @AfterAll
  static void drop() {
    database.drop();
  }

  @ParameterizedTest(name = "{0} may not: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "outbox_relay | select from ordering.orders",
        "outbox_relay | insert into ordering.outbox (aggregate_type, aggregate_id, event_type, payload) values ('a', 'b', 'c', '{}')",
        "outbox_relay | update ordering.outbox set payload = '{}'",
        "outbox_relay | select from consuming.inbox",
        "order_app    | select from ordering.outbox",
        "order_app    | update ordering.outbox set payload = '{}'",
        "order_app    | delete from ordering.outbox",
        "order_app    | select from ordering.outbox_delivery",
        "order_app    | insert into ordering.outbox_delivery (position, bucket, aggregate_key) values (1, 1, 1)",
        "order_app    | select from consuming.inbox",
        "consumer_app | select from ordering.orders",
        "consumer_app | select from ordering.outbox",
        "inspector    | insert into ordering.outbox (aggregate_type, aggregate_id, event_type, payload) values ('a', 'b', 'c', '{}')",
        "inspector    | update ordering.outbox_delivery set attempts = 1",
        "inspector    | delete from consuming.inbox",
        "inspector    | create table public.mine (a int)",
        "order_app    | create table ordering.mine (a int)",
        "inspector    | insert into ordering.outbox_audit (action) values ('replay')",
        "operator     | update ordering.outbox_delivery set state = 'PENDING'",
        "operator     | delete from ordering.outbox_audit",
        "operator     | select ordering.send_again(array[1])",
        "operator     | select ordering.end_operation('replay', null, null, null, 0, null)",
      })
  void no_role_does_more_than_its_work(String role, String statement) {
    assertThatThrownBy(() -> as(role).sql(statement).update())
        .hasStackTraceContaining("permission denied");
  }

  @ParameterizedTest
  @ValueSource(strings = {"order_app", "outbox_writer", "outbox_relay", "inspector", "operator"})
  void nobody_writes_deliveries_by_a_trigger_on_a_table_of_their_own(String role) {
    String withTrigger =
        """
        begin;
        set local role %s;
        create temporary table mine (position bigint, aggregate_type text, aggregate_id text) on commit drop;
        create trigger mine after insert on mine referencing new table as new_rows
          for each statement execute function ordering.enqueue_delivery();
        insert into mine values (1, 'thing', 'a');
        rollback;
        """;
    assertThatThrownBy(() -> database.execute(withTrigger.formatted(role)))
        .hasStackTraceContaining("permission denied for function ordering.enqueue_delivery");
  }

  @Test
  void who_writes_needs_no_function_to_be_everybody_s() {
    database.execute(
        """
        begin;
        revoke execute on all functions in schema ordering from public;
        set local role order_app;
        insert into ordering.outbox (aggregate_type, aggregate_id, event_type, payload, headers)
          values ('a', 'b', 'c', '{}', '{"traceparent": "none"}');
        rollback;
        """);
  }

  @Test
  void a_writer_s_own_functions_do_not_look_at_its_headers() {
    String shadowed =
        """
        begin;
        create schema theirs;
        create function theirs.jsonb_each(jsonb, out key text, out value jsonb) returns setof record
          language sql return (null::text, null::jsonb);
        grant usage on schema theirs to order_app;
        set local search_path = theirs, pg_catalog;
        set local role order_app;
        insert into ordering.outbox (aggregate_type, aggregate_id, event_type, payload, headers)
          values ('a', 'b', 'c', '{}', '{"CC": "other.queue"}');
        rollback;
        """;
    assertThatThrownBy(() -> database.execute(shadowed))
        .hasStackTraceContaining("headers_are_flat_and_not_reserved");
  }

  @Test
  void what_runs_with_its_owner_s_rights_is_for_whom_it_is_meant_and_looks_nowhere_else() {
    List<String> open =
        owner
            .sql(
                """
                select oid::regprocedure::text
                from pg_proc
                where prosecdef and pronamespace::regnamespace::text in ('ordering', 'consuming', 'public')
                  and (has_function_privilege('public', oid, 'execute')
                       or proconfig is distinct from array['search_path=pg_catalog, pg_temp'])
                """)
            .query(String.class)
            .list();
    assertThat(open).isEmpty();
  }

  @ParameterizedTest(name = "only the operator may: {0}")
  @ValueSource(
      strings = {
        "ordering.replay(null)",
        "ordering.replay_aggregate('thing', 'none')",
        "ordering.replay_parked()",
        "ordering.replay_range('-infinity', 'infinity')",
        "ordering.skip(null, 'a test')",
        "consuming.replay('none', null)",
        "consuming.replay_parked('none', null, null)",
        "consuming.drop('none', null, 'a test')",
      })
  void only_the_operator_sends_again_or_gives_up(String call) {
    for (String role : List.of("inspector", "order_app", "outbox_relay", "consumer_app")) {
      assertThatThrownBy(() -> as(role).sql("select " + call).query().singleValue())
          .hasStackTraceContaining("permission denied");
    }
    assertThatCode(() -> as("operator").sql("select " + call).query().singleValue())
        .doesNotThrowAnyException();
  }

  @Test
  void a_writer_can_t_choose_its_position() {
    assertThatThrownBy(
            () ->
                as("order_app")
                    .sql(
                        "insert into ordering.outbox (position, aggregate_type, aggregate_id, event_type, payload) values (1, 'a', 'b', 'c', '{}')")
                    .update())
        .hasStackTraceContaining("position");
  }

  @ParameterizedTest
  @CsvSource({
    "ordering.outbox_state",
    "ordering.outbox_lag",
    "ordering.outbox_stuck",
    "ordering.relay_state",
    "ordering.relay_blockers",
    "ordering.outbox_audit",
    "consuming.inbox_state",
    "consuming.parked",
    "public.ledger"
  })
  void the_inspector_reads_every_view(String view) {
    assertThatCode(() -> as("inspector").sql("select * from " + view).query().listOfRows())
        .doesNotThrowAnyException();
  }

  @Test
  void a_wrong_password_is_refused() {
    assertThatThrownBy(() -> database.dataSource("inspector", "wrong").getConnection())
        .hasMessageContaining("password authentication failed");
  }

  private static JdbcClient as(String role) {
    return JdbcClient.create(database.dataSource(role, PASSWORD));
  }
}
