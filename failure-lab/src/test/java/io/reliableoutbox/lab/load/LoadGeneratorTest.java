package io.reliableoutbox.lab.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadGeneratorTest {
  @TempDir Path folder;
  private final Map<String, Long> versions = new ConcurrentHashMap<>();
  private final Set<String> failedOnce = ConcurrentHashMap.newKeySet();
  private volatile int first = 503;
  private HttpServer shop;
  private LoadGenerator load;

  /** Commits at each request, and answers the first time with 503: the client can't know. */
  @BeforeEach
  void open() throws IOException {
    shop = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    shop.createContext("/orders", this::answer);
    shop.start();
    load =
        new LoadGenerator(
            new OrderClient("http://127.0.0.1:" + shop.getAddress().getPort()),
            new ClientRecord(folder.resolve("acknowledged.csv")));
  }

  @AfterEach
  void close() {
    shop.stop(0);
  }

  @Test
  void asks_again_with_the_same_key_until_it_knows() throws IOException {
    for (int i = 0; i < 10; i++) {
      load.place();
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(load.counts().orders()).isEqualTo(10));
    load.stop(Duration.ofSeconds(20));

    var counts = load.counts();
    assertThat(counts.unknown()).isZero();
    assertThat(counts.acknowledged()).isEqualTo(counts.attempted());
    assertThat(counts.recovered()).isEqualTo(counts.attempted());
    assertThat(Files.readAllLines(folder.resolve("acknowledged.csv")))
        .hasSize(1 + (int) counts.acknowledged())
        .first()
        .isEqualTo("order_id,version,acknowledged_at");
  }

  @Test
  void an_answer_that_says_it_is_a_bug_is_complained_of_and_asked_again() {
    first = 500;
    load.place();
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(load.counts().orders()).isEqualTo(1));
    load.stop(Duration.ofSeconds(20));
    assertThat(load.counts().complaints())
        .isNotEmpty()
        .allMatch(complaint -> complaint.contains(": 500"));
    assertThat(load.counts().acknowledged()).isEqualTo(load.counts().attempted());
  }

  @Test
  void a_refusal_is_counted_and_complained_of() {
    first = 404;
    load.place();
    await().untilAsserted(() -> assertThat(load.counts().refused()).isEqualTo(1));
    load.stop(Duration.ofSeconds(20));
    assertThat(load.counts().complaints()).singleElement().asString().contains(": 404");
  }

  @Test
  void what_was_never_answered_stays_unknown() {
    shop.stop(0);
    load.place();
    load.stop(Duration.ofMillis(100));
    await().untilAsserted(() -> assertThat(load.counts().unknown()).isEqualTo(1));
    assertThat(load.counts().acknowledged()).isZero();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = exchange.getRequestURI().getPath();
      var key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
      var order = key != null ? key : path.substring("/orders/".length(), path.lastIndexOf('/'));
      if (failedOnce.add(path + order)) {
        versions.merge(order, 1L, Long::sum);
        exchange.sendResponseHeaders(first, -1);
        return;
      }
      var body = "{\"id\":\"%s\",\"version\":%d}".formatted(order, versions.get(order));
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
    }
  }
}
