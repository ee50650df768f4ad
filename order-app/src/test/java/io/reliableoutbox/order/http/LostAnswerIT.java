package io.reliableoutbox.order.http;

import static io.reliableoutbox.order.RunningOrderApp.ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.order.Answer;
import io.reliableoutbox.order.Ledger;
import io.reliableoutbox.order.RunningOrderApp;
import io.reliableoutbox.order.TestSchema;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** W6: a client that got no answer finds out by repeating its request with its key. */
class LostAnswerIT {
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
  void cut_after_the_commit_the_retry_finds_the_order() throws IOException {
    byte[] request = request("after the commit");
    try (var socket = new Socket("localhost", app.port())) {
      socket.setSoLinger(true, 0);
      socket.getOutputStream().write(request);
      // The order is there, and not a byte of the answer was read.
      await().until(() -> orders("after the commit") == 1);
    }
    long before = Ledger.orders(observer);
    Answer retry = app.place(ORDER, "Idempotency-Key", "after the commit");
    assertThat(retry.status()).isEqualTo(200);
    assertThat(Ledger.orders(observer)).isEqualTo(before);
    assertThat(Ledger.disagreements(observer)).isEmpty();
  }

  @Test
  void cut_in_the_request_nothing_is_stored_and_the_retry_makes_the_order() throws IOException {
    byte[] request = request("in the request");
    try (var socket = new Socket("localhost", app.port())) {
      socket.setSoLinger(true, 0);
      socket.getOutputStream().write(Arrays.copyOf(request, request.length - 10));
    }
    Answer retry = app.place(ORDER, "Idempotency-Key", "in the request");
    assertThat(retry.status()).isEqualTo(201);
    assertThat(orders("in the request")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void cut_right_after_the_request_the_retry_finds_the_order_or_makes_it(int attempt)
      throws IOException {
    String key = "right after " + attempt;
    try (var socket = new Socket("localhost", app.port())) {
      socket.setSoLinger(true, 0);
      socket.getOutputStream().write(request(key));
    }
    Answer retry = app.place(ORDER, "Idempotency-Key", key);
    assertThat(retry.status()).isIn(200, 201);
    assertThat(app.get("/orders/" + retry.text("id")).status()).isEqualTo(200);
    assertThat(orders(key)).isEqualTo(1);
    assertThat(Ledger.disagreements(observer)).isEmpty();
  }

  private static byte[] request(String key) {
    return RawAnswer.request("POST", "/orders", "Idempotency-Key: " + key, ORDER);
  }

  private static int orders(String key) {
    return observer
        .sql(
            """
            select count(*) from ordering.idempotency_key k
            join ordering.orders o on o.id = k.order_id
            where k.key = :key
            """)
        .param("key", key)
        .query(Integer.class)
        .single();
  }
}
