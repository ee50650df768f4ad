package io.reliableoutbox.benchmark.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OrderConnectionTest {
  private static final byte[] BODY = "{\"id\": 1}".getBytes(StandardCharsets.US_ASCII);

  private final List<Integer> clientPorts = new ArrayList<>();
  private HttpServer server;
  private int status = 201;
  private boolean chunked;
  private boolean last;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/orders", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    clientPorts.add(exchange.getRemoteAddress().getPort());
    if (last) {
      exchange.getResponseHeaders().set("Connection", "close");
    }
    exchange.sendResponseHeaders(status, chunked ? 0 : BODY.length);
    try (var body = exchange.getResponseBody()) {
      body.write(BODY);
    }
  }

  private void place(int orders) throws IOException {
    try (var connection = new OrderConnection(server.getAddress().getPort())) {
      for (int n = 0; n < orders; n++) {
        connection.place();
      }
    }
  }

  @Test
  void orders_share_a_connection() throws IOException {
    place(3);
    assertThat(clientPorts).hasSize(3);
    assertThat(clientPorts.stream().distinct()).hasSize(1);
  }

  @Test
  void a_chunked_answer_is_read_to_its_end() throws IOException {
    chunked = true;
    place(3);
    assertThat(clientPorts).hasSize(3);
  }

  @Test
  void a_connection_that_the_server_ends_is_replaced() throws IOException {
    last = true;
    place(3);
    assertThat(clientPorts.stream().distinct()).hasSize(3);
  }

  @Test
  void an_order_that_is_not_taken_is_no_order() {
    status = 503;
    assertThatThrownBy(() -> place(1))
        .isInstanceOf(InfrastructureException.class)
        .hasMessageContaining("503");
  }
}
