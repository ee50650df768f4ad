package io.reliableoutbox.order.http;

import static io.reliableoutbox.order.RunningOrderApp.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import io.reliableoutbox.order.Answer;
import io.reliableoutbox.order.Ledger;
import io.reliableoutbox.order.OrderContract;
import io.reliableoutbox.order.RunningOrderApp;
import io.reliableoutbox.order.TestSchema;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

class OrderApiIT {
  private static RunningOrderApp app;
  private static JdbcClient observer;

  @BeforeAll
  static void start() {
    var database = TestSchema.fresh();
    app = RunningOrderApp.on(database);
    observer = TestSchema.observer(database);
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  @Test
  void a_placed_order_can_be_read_at_its_location() {
    Answer placed = app.place(ORDER);
    assertThat(placed.status()).isEqualTo(201);
    assertThat(placed.header("location")).isEqualTo("/orders/" + placed.text("id"));
    assertThat(placed.text("status")).isEqualTo("CREATED");
    assertThat(placed.text("total")).isEqualTo("39.80");
    Answer read = app.get(placed.header("location"));
    assertThat(read.status()).isEqualTo(200);
    assertThat(read.json()).isEqualTo(placed.json());
  }

  @Test
  void a_whole_life_appends_one_event_a_change_that_follows_the_contract() {
    String id = app.placed();
    assertThat(app.post("/orders/" + id + "/pay").text("status")).isEqualTo("PAID");
    Answer shipped = app.post("/orders/" + id + "/ship");
    assertThat(shipped.text("status")).isEqualTo("SHIPPED");
    assertThat(shipped.json().get("version").longValue()).isEqualTo(3);
    assertThat(eventsOf(id)).containsExactly("1 order.created", "2 order.paid", "3 order.shipped");
    observer
        .sql("select payload::text from ordering.outbox where aggregate_id = :id")
        .param("id", id)
        .query(String.class)
        .list()
        .forEach(body -> assertThat(OrderContract.breaches(body)).isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "'', ship, 409, CREATED",
    "'', cancel, 200, CANCELLED",
    "pay, pay, 200, PAID",
    "pay, cancel, 200, CANCELLED",
    "pay ship, pay, 200, SHIPPED",
    "pay ship, ship, 200, SHIPPED",
    "pay ship, cancel, 409, SHIPPED",
    "cancel, cancel, 200, CANCELLED",
    "cancel, pay, 409, CANCELLED",
    "cancel, ship, 409, CANCELLED",
    "pay cancel, ship, 409, CANCELLED",
    "pay cancel, pay, 409, CANCELLED",
  })
  void a_step_is_taken_once_or_refused(String before, String step, int status, String after) {
    String id = app.placed();
    for (String earlier : before.isEmpty() ? List.<String>of() : List.of(before.split(" ", -1))) {
      assertThat(app.post("/orders/" + id + "/" + earlier).status()).isEqualTo(200);
    }
    Answer answer = app.post("/orders/" + id + "/" + step);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.isProblem()).isEqualTo(status == 409);
    Answer order = app.get("/orders/" + id);
    assertThat(order.text("status")).isEqualTo(after);
    assertThat(eventsOf(id)).hasSize(order.json().get("version").intValue());
    assertThat(app.post("/orders/" + id + "/" + step).status()).isEqualTo(status);
    assertThat(app.get("/orders/" + id).json()).isEqualTo(order.json());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/pay", "/ship", "/cancel"})
  void an_order_that_is_not_there_is_not_found(String step) {
    String path = "/orders/" + UUID.randomUUID() + step;
    Answer answer = step.isEmpty() ? app.get(path) : app.post(path);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.isProblem()).isTrue();
  }

  @Test
  void the_same_key_and_content_give_the_same_order() {
    String key = UUID.randomUUID().toString();
    long before = Ledger.orders(observer);
    Answer first = app.place(ORDER, "Idempotency-Key", key);
    Answer again =
        app.place(
            """
            {"lines": [{"unitPrice": 19.9, "sku": "SKU-1", "quantity": 2}],
             "currency": "EUR", "customerId": "customer-1"}
            """,
            "Idempotency-Key",
            key);
    assertThat(first.status()).isEqualTo(201);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.json()).isEqualTo(first.json());
    assertThat(again.header("location")).isEqualTo(first.header("location"));
    assertThat(Ledger.orders(observer)).isEqualTo(before + 1);
  }

  @Test
  void the_same_key_with_another_content_is_refused() {
    String key = UUID.randomUUID().toString();
    app.place(ORDER, "Idempotency-Key", key);
    long before = Ledger.orders(observer);
    Answer other = app.place(ORDER.replace("19.90", "19.91"), "Idempotency-Key", key);
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.isProblem()).isTrue();
    assertThat(other.json().at("/errors/0/field").asString()).isEqualTo("Idempotency-Key");
    assertThat(Ledger.orders(observer)).isEqualTo(before);
  }

  @Test
  void health_and_metrics_are_exposed_and_nothing_else() {
    app.place(ORDER);
    for (String path : List.of("", "/liveness", "/readiness")) {
      assertThat(app.get("/actuator/health" + path).text("status")).isEqualTo("UP");
    }
    assertThat(app.get("/actuator/prometheus").response().body())
        .contains(
            "orders_requests_total{application=\"order-app\",outcome=\"placed\",step=\"place\"}");
    for (String path : List.of("env", "beans", "heapdump", "configprops", "shutdown")) {
      Answer answer = app.get("/actuator/" + path);
      assertThat(Map.entry(answer.status(), answer.isProblem())).isEqualTo(Map.entry(404, true));
    }
  }

  private static List<String> eventsOf(String id) {
    return observer
        .sql(
            """
            select aggregate_version || ' ' || event_type
            from ordering.outbox
            where aggregate_type = 'order' and aggregate_id = :id
            order by position
            """)
        .param("id", id)
        .query(String.class)
        .list();
  }
}
