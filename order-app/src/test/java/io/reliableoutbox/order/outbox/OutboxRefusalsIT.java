package io.reliableoutbox.order.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.reliableoutbox.order.Ledger;
import io.reliableoutbox.order.TestSchema;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** W5: what could not be published is refused at the insert, whoever writes it. */
class OutboxRefusalsIT {
  private static final String CHECK_VIOLATION = "23514";
  private static final String NO_RIGHT = "42501";
  private static JdbcClient observer;
  private static JdbcClient orderApp;
  private static JdbcClient foreignWriter;

  @BeforeAll
  static void connect() {
    var database = TestSchema.fresh();
    observer = TestSchema.observer(database);
    orderApp = JdbcClient.create(database.dataSource(TestSchema.ROLE, TestSchema.PASSWORD));
    database.execute(
        """
        do $$ begin
          if not exists (select from pg_roles where rolname = 'foreign_writer') then
            create role foreign_writer login password 'foreign' in role outbox_writer;
          end if;
        end $$
        """);
    foreignWriter = JdbcClient.create(database.dataSource("foreign_writer", "foreign"));
  }

  private static Stream<JdbcClient> writers() {
    return Stream.of(orderApp, foreignWriter);
  }

  static Stream<Arguments> refusals() {
    String fine = "{}";
    return Stream.of(
        arguments("", "1", "t.x", fine, fine),
        arguments("  ", "1", "t.x", fine, fine),
        arguments("t".repeat(256), "1", "t.x", fine, fine),
        arguments("t\n", "1", "t.x", fine, fine),
        arguments("t", "", "t.x", fine, fine),
        arguments("t", " ", "t.x", fine, fine),
        arguments("t", "1".repeat(256), "t.x", fine, fine),
        arguments("t", "1", "", fine, fine),
        arguments("t", "1", "\t", fine, fine),
        arguments("t", "1", "x".repeat(256), fine, fine),
        // 255 characters, but 510 bytes: AMQP counts bytes.
        arguments("t", "1", "ü".repeat(255), fine, fine),
        arguments("t", "1", "t.x", "\"" + "p".repeat(1024 * 1024) + "\"", fine),
        arguments("t", "1", "t.x", fine, "{\"CC\": \"other.queue\"}"),
        arguments("t", "1", "t.x", fine, "{\"BCC\": \"other.queue\"}"),
        arguments("t", "1", "t.x", fine, "{\"CC\": [\"other.queue\"]}"),
        arguments("t", "1", "t.x", fine, "{\"x-death\": \"1\"}"),
        arguments("t", "1", "t.x", fine, "{\"x-delay\": 5}"),
        arguments("t", "1", "t.x", fine, "{\"cloudEvents:id\": \"1\"}"),
        arguments("t", "1", "t.x", fine, "{\"aggregate_id\": \"2\"}"),
        arguments("t", "1", "t.x", fine, "{\"aggregate_type\": \"u\"}"),
        arguments("t", "1", "t.x", fine, "{\"aggregate_version\": 9}"),
        arguments("t", "1", "t.x", fine, "{\"skipped\": true}"),
        arguments("t", "1", "t.x", fine, "{\"replay\": true}"),
        arguments("t", "1", "t.x", fine, "{\"nested\": {\"a\": 1}}"),
        arguments("t", "1", "t.x", fine, "{\"list\": [1]}"),
        arguments("t", "1", "t.x", fine, "{\"\": 1}"),
        arguments("t", "1", "t.x", fine, "{\"" + "n".repeat(129) + "\": 1}"),
        arguments("t", "1", "t.x", fine, "[]"),
        arguments("t", "1", "t.x", fine, "\"text\""),
        arguments("t", "1", "t.x", fine, "null"),
        arguments("t", "1", "t.x", fine, "{\"big\": \"" + "h".repeat(8192) + "\"}"),
        arguments("t", "1", "t.x", fine, manyHeaders()));
  }

  private static String manyHeaders() {
    return IntStream.range(0, 1000)
        .mapToObj(i -> "\"h" + i + "\": " + i)
        .collect(Collectors.joining(",", "{", "}"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void what_cannot_be_published_is_refused(
      String type, String id, String event, String payload, String headers) {
    long before = Ledger.events(observer);
    writers()
        .forEach(
            writer ->
                assertThat(stateOf(() -> insert(writer, type, id, event, payload, headers)))
                    .isEqualTo(CHECK_VIOLATION));
    assertThat(Ledger.events(observer)).isEqualTo(before);
  }

  @Test
  void what_reaches_each_limit_is_accepted() {
    writers()
        .forEach(
            writer -> {
              String payload = "\"" + "p".repeat(1024 * 1024 - 2) + "\"";
              String headers =
                  "{\"n\": null, \"b\": true, \"d\": 1.5, \"s\": \"" + "h".repeat(8000) + "\"}";
              assertThat(
                      insert(
                          writer,
                          "t".repeat(255),
                          "i".repeat(255),
                          "e".repeat(255),
                          payload,
                          headers))
                  .isEqualTo(1);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "", "{\"a\":}"})
  void a_payload_that_is_not_json_is_refused(String payload) {
    writers()
        .forEach(
            writer ->
                assertThat(stateOf(() -> insert(writer, "t", "1", "t.x", payload, "{}")))
                    .isEqualTo("22P02"));
  }

  @Test
  void a_version_of_an_aggregate_is_appended_once() {
    String sql =
        "insert into ordering.outbox (aggregate_type, aggregate_id, aggregate_version, event_type, payload)"
            + " values ('t', 'once', 1, 't.x', '{}')";
    orderApp.sql(sql).update();
    assertThat(stateOf(() -> foreignWriter.sql(sql).update())).isEqualTo("23505");
    assertThat(stateOf(() -> orderApp.sql(sql.replace("1, 't.x'", "0, 't.x'")).update()))
        .isEqualTo(CHECK_VIOLATION);
  }

  @Test
  void a_writer_can_neither_read_nor_change_the_outbox_nor_choose_a_position() {
    writers()
        .forEach(
            writer ->
                List.of(
                        "select payload from ordering.outbox",
                        "update ordering.outbox set payload = '{}'",
                        "delete from ordering.outbox",
                        "truncate ordering.outbox",
                        "select state from ordering.outbox_delivery",
                        "update ordering.outbox_delivery set state = 'SKIPPED'",
                        "insert into ordering.outbox (position, aggregate_type, aggregate_id, event_type, payload)"
                            + " overriding system value values (1, 't', '1', 't.x', '{}')")
                    .forEach(
                        sql ->
                            assertThat(stateOf(() -> writer.sql(sql).update()))
                                .as(sql)
                                .isEqualTo(NO_RIGHT)));
  }

  @Test
  void order_app_keeps_its_orders_and_a_foreign_writer_sees_none() {
    List.of(
            "delete from ordering.orders",
            "truncate ordering.orders cascade",
            "delete from ordering.order_lines",
            "update ordering.order_lines set quantity = 1",
            "update ordering.orders set total = 0",
            "update ordering.idempotency_key set key = 'x'",
            "delete from ordering.idempotency_key",
            "select 1 from consuming.inbox",
            "create table ordering.mine (id int)")
        .forEach(
            sql ->
                assertThat(stateOf(() -> orderApp.sql(sql).update()))
                    .as(sql)
                    .isIn(NO_RIGHT, "42P01"));
    assertThat(
            stateOf(() -> foreignWriter.sql("select * from ordering.orders").query().listOfRows()))
        .isEqualTo(NO_RIGHT);
  }

  @Test
  void an_order_in_an_impossible_state_is_refused() {
    assertThatThrownBy(() -> order("PAID", 1, "null")).hasMessageContaining("paid_has_its_time");
    assertThatThrownBy(() -> order("CREATED", 2, "null"))
        .hasMessageContaining("version_counts_what_happened");
    assertThatThrownBy(() -> order("CREATED", 2, "now()"))
        .hasMessageContaining("paid_has_its_time");
    assertThatThrownBy(() -> order("CANCELLED", 1, "null"))
        .hasMessageContaining("cancelled_has_its_time");
    assertThat(order("PAID", 2, "now()")).isEqualTo(1);
    observer.sql("delete from ordering.orders").update();
  }

  private static int order(String status, int version, String paidAt) {
    return observer
        .sql(
            """
            insert into ordering.orders
              (id, status, version, customer_id, currency, total, created_at, paid_at)
            values (gen_random_uuid(), :status, :version, 'c', 'EUR', 0, now(), cast(:paidAt as timestamptz))
            """)
        .param("status", status)
        .param("version", version)
        .param("paidAt", paidAt.equals("null") ? null : "2026-11-23T00:00:00Z")
        .update();
  }

  private static int insert(
      JdbcClient writer, String type, String id, String event, String payload, String headers) {
    return writer
        .sql(
            """
            insert into ordering.outbox (aggregate_type, aggregate_id, event_type, payload, headers)
            values (:type, :id, :event, cast(:payload as json), cast(:headers as jsonb))
            """)
        .param("type", type)
        .param("id", id)
        .param("event", event)
        .param("payload", payload)
        .param("headers", headers)
        .update();
  }

  private static String stateOf(Runnable statement) {
    var failure = catchThrowableOfType(DataAccessException.class, statement::run);
    return failure != null && failure.getRootCause() instanceof SQLException e
        ? e.getSQLState()
        : "no failure";
  }
}
