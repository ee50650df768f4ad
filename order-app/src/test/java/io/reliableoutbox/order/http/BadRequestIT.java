package io.reliableoutbox.order.http;

import static io.reliableoutbox.order.RunningOrderApp.ORDER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.reliableoutbox.order.Answer;
import io.reliableoutbox.order.Ledger;
import io.reliableoutbox.order.RunningOrderApp;
import io.reliableoutbox.order.TestSchema;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What can't be an order is refused with a problem document, and leaves nothing behind. */
class BadRequestIT {
  private static final String LINE =
      "{\"sku\": \"SKU-1\", \"quantity\": 2, \"unitPrice\": \"19.90\"}";
  private static RunningOrderApp app;
  private static JdbcClient observer;
  private long ordersBefore;

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

  @BeforeEach
  void count() {
    ordersBefore = Ledger.orders(observer);
  }

  @AfterEach
  void nothing_was_stored() {
    assertThat(Ledger.orders(observer)).isEqualTo(ordersBefore);
    assertThat(Ledger.disagreements(observer)).isEmpty();
  }

  static Stream<Arguments> badFields() {
    return Stream.of(
        arguments("customerId", customer("\"\"")),
        arguments("customerId", customer("\"   \"")),
        arguments("customerId", customer("null")),
        arguments("customerId", customer("7")),
        arguments("customerId", customer("[\"c\"]")),
        arguments("customerId", customer("\"" + "x".repeat(101) + "\"")),
        arguments("customerId", customer("\"a\\u0000b\"")),
        arguments("customerId", customer("\"a\\u001bb\"")),
        arguments("customerId", customer("\"a\\u0085b\"")),
        arguments("customerId", customer("\"a\\ud83d\"")),
        arguments("customerId", customer("\"\\ude00a\"")),
        arguments("currency", ORDER.replace("EUR", "eur")),
        arguments("currency", ORDER.replace("EUR", "EURO")),
        arguments("currency", ORDER.replace("EUR", "ZZZ")),
        arguments("currency", ORDER.replace("\"EUR\"", "978")),
        arguments("lines", lines("[]")),
        arguments("lines", lines("null")),
        arguments("lines", lines("{}")),
        arguments("lines", lines("\"SKU-1\"")),
        arguments("lines", lines("[" + (LINE + ",").repeat(100) + LINE + "]")),
        arguments("lines[1]", lines("[" + LINE + ", 7]")),
        arguments("lines[0].sku", line("\"SKU-1\"", "\"\\u0000\"")),
        arguments("lines[0].sku", line("\"SKU-1\"", "\"" + "x".repeat(65) + "\"")),
        arguments("lines[0].sku", line("\"SKU-1\"", "true")),
        arguments("lines[0].quantity", line("2", "0")),
        arguments("lines[0].quantity", line("2", "-1")),
        arguments("lines[0].quantity", line("2", "1000001")),
        arguments("lines[0].quantity", line("2", "2147483648")),
        arguments("lines[0].quantity", line("2", "9223372036854775808")),
        arguments("lines[0].quantity", line("2", "9".repeat(900))),
        arguments("lines[0].quantity", line("2", "1.5")),
        arguments("lines[0].quantity", line("2", "\"2\"")),
        arguments("lines[0].quantity", line("2", "true")),
        arguments("lines[0].unitPrice", line("\"19.90\"", "-0.01")),
        arguments("lines[0].unitPrice", line("\"19.90\"", "19.901")),
        arguments("lines[0].unitPrice", line("\"19.90\"", "10000000")),
        arguments("lines[0].unitPrice", line("\"19.90\"", "1e2147483647")),
        arguments("lines[0].unitPrice", line("\"19.90\"", "1e-2147483647")),
        arguments("lines[0].unitPrice", line("\"19.90\"", "\"1e3\"")),
        arguments("lines[0].unitPrice", line("\"19.90\"", "\"abc\"")));
  }

  @ParameterizedTest
  @MethodSource("badFields")
  void a_bad_field_is_named(String field, String body) {
    Answer answer = app.place(body);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
    assertThat(answer.isProblem()).isTrue();
    assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo(field);
    assertThat(answer.json().at("/errors/0/message").asString()).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "}",
        "[]",
        "null",
        "7",
        "\"order\"",
        "{\"customerId\":}",
        "{'a': 1}",
        "{\"a\": 1} {}",
        "{\"customerId\": \"a\", \"customerId\": \"b\"}",
        "\u0000",
        "{\"a\": 1e2147483648}",
        "{\"a\": NaN}",
        "{\"a\": 01}",
        "{\"a\": \"\n\"}"
      })
  void what_is_not_a_json_object_is_refused(String body) {
    Answer answer = app.place(body);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
    assertThat(answer.isProblem()).isTrue();
    assertThat(answer.response().body()).doesNotContain("jackson", "Exception", "\\tat ");
  }

  @Test
  void deep_nesting_is_refused() {
    assertThat(app.place("[".repeat(100_000)).status()).isEqualTo(400);
    assertThat(app.place("{\"lines\":".repeat(20_000)).status()).isEqualTo(400);
    assertThat(app.place(lines("[".repeat(400) + "]".repeat(400))).status()).isEqualTo(400);
  }

  @Test
  void bytes_that_are_not_utf_8_are_refused() {
    byte[] body = ORDER.getBytes(UTF_8);
    body[ORDER.indexOf("customer-1")] = (byte) 0xff;
    Answer answer =
        app.send(
            app.request("/orders")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body)));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.isProblem()).isTrue();
  }

  @Test
  void a_body_of_10_mb_is_refused_with_its_length_known_or_not() {
    byte[] body = new byte[10_000_000];
    for (var publisher :
        new java.net.http.HttpRequest.BodyPublisher[] {
          BodyPublishers.ofByteArray(body),
          BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
        }) {
      Answer answer =
          app.send(
              app.request("/orders").header("Content-Type", "application/json").POST(publisher));
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.isProblem()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "nonsense",
        "application/json;charset=\"no such\"",
        "*/*",
        "multipart/form-data; boundary=x"
      })
  void a_body_of_another_kind_is_refused(String type) {
    Answer answer =
        app.send(
            app.request("/orders")
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(ORDER)));
    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.isProblem()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE, /orders, 405",
    "GET, /orders, 405",
    "PUT, /orders/018f0000-0000-7000-8000-000000000000, 405",
    "GET, /orders/018f0000-0000-7000-8000-000000000000/pay, 405",
    "GET, /orders/7, 400",
    "GET, /orders/1-1-1-1-1, 400",
    "POST, /orders/018f0000-0000-7000-8000-00000000000g/pay, 400",
    "GET, /orders/%00, 400",
    "GET, /orders/%ZZ, 400",
    "GET, /nothing, 404",
    "GET, /error, 404",
    "POST, /orders/018f0000-0000-7000-8000-000000000000/refund, 404",
    "BREW, /orders, 405",
  })
  void a_wrong_path_or_method_is_a_problem(String method, String path, int status) {
    // Written by hand: the client of the JDK would refuse some of these itself.
    RawAnswer answer = RawAnswer.to(app.port(), method, path, "");
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.text()).contains("application/problem+json").doesNotContain("<html");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Idempotency-Key: ",
        "Idempotency-Key:    ",
        "Idempotency-Key: a\tb",
        "Idempotency-Key: \u00fc",
        "Idempotency-Key: a\r\nIdempotency-Key: b"
      })
  void a_bad_idempotency_key_is_refused(String header) {
    RawAnswer answer = RawAnswer.to(app.port(), "POST", "/orders", header, ORDER);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("\"field\":\"Idempotency-Key\"");
  }

  @Test
  void an_overlong_idempotency_key_is_refused() {
    assertThat(app.place(ORDER, "Idempotency-Key", "k".repeat(256)).status()).isEqualTo(400);
    assertThat(app.place(ORDER, "Idempotency-Key", "k".repeat(100_000)).status()).isEqualTo(400);
  }

  @Test
  void five_hundred_random_bodies_never_cause_an_error_of_ours() {
    var random = new Random(42);
    for (int i = 0; i < 500; i++) {
      byte[] body = i % 2 == 0 ? mutated(random) : noise(random);
      Answer answer =
          app.send(
              app.request("/orders")
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofByteArray(body)));
      assertThat(answer.status()).as("%d: %s", i, new String(body, UTF_8)).isBetween(200, 499);
      if (answer.status() == 201) {
        ordersBefore++;
      } else {
        assertThat(answer.isProblem()).isTrue();
      }
    }
  }

  private static byte[] noise(Random random) {
    byte[] body = new byte[random.nextInt(300)];
    random.nextBytes(body);
    return body;
  }

  // A valid order with a few characters changed, dropped or doubled.
  private static byte[] mutated(Random random) {
    var body = new StringBuilder(ORDER);
    String spice = "{}[]\",:0123456789.-+eE\\ud83d\u0000\u00e9\u2028 \n";
    for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
      int at = random.nextInt(body.length());
      switch (random.nextInt(3)) {
        case 0 -> body.setCharAt(at, spice.charAt(random.nextInt(spice.length())));
        case 1 -> body.deleteCharAt(at);
        default -> body.insert(at, spice.charAt(random.nextInt(spice.length())));
      }
    }
    return body.toString().getBytes(UTF_8);
  }

  private static String customer(String json) {
    return ORDER.replace("\"customer-1\"", json);
  }

  private static String lines(String json) {
    return "{\"customerId\": \"c\", \"currency\": \"EUR\", \"lines\": " + json + "}";
  }

  private static String line(String old, String replacement) {
    return lines("[" + LINE.replace(old, replacement) + "]");
  }
}
