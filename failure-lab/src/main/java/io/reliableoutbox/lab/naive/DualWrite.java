package io.reliableoutbox.lab.naive;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.concurrent.Executors;

/**
 * An order service as it is often written: commit, then publish. Between the two it may die, the
 * connection may break, or the network may swallow what was sent; the customer has an order that
 * nobody else will ever hear of. Not to be copied.
 */
public final class DualWrite {
  private final NaiveOrders orders;
  private final Channel channel;

  private DualWrite(NaiveOrders orders, Channel channel) {
    this.orders = orders;
    this.channel = channel;
  }

  public static void main(String[] arguments) throws Exception {
    var environment = System.getenv();
    var factory = new ConnectionFactory();
    factory.setUri(environment.get("RABBITMQ_URI"));
    // Automatic recovery is on: the connection heals, and what it held is forgotten.
    var channel = factory.newConnection("naive-dual-write").createChannel();
    var service = new DualWrite(NaiveOrders.from(environment), channel);
    var port = Integer.parseInt(environment.get("SERVER_PORT"));
    var http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
    http.setExecutor(Executors.newFixedThreadPool(8));
    http.createContext("/orders", service::answer);
    http.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getPath().split("/", -1);
    try {
      var event =
          path.length < 4
              ? orders.create(
                  new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
              : orders.change(path[2], path[3]);
      publish(event);
      respond(
          exchange,
          path.length < 4 ? 201 : 200,
          "{\"id\":\"%s\",\"version\":%d}".formatted(event.aggregateId(), event.version()));
    } catch (SQLException e) {
      // What the order's state forbids, the table's checks refuse.
      respond(exchange, String.valueOf(e.getSQLState()).startsWith("23") ? 409 : 503, "{}");
    }
  }

  /** The commit is done. A crash here, or before the broker has it on disk, loses the event. */
  private synchronized void publish(Wire event) {
    try {
      channel.basicPublish(
          "orders.events",
          event.type(),
          event.properties(),
          event.body().getBytes(StandardCharsets.UTF_8));
    } catch (IOException | ShutdownSignalException e) {
      // What could it do? The order is committed. So it writes a line that nobody reads.
      System.err.println("could not publish " + event.id() + ": " + e);
    }
  }

  private static void respond(HttpExchange exchange, int status, String body) throws IOException {
    try (exchange) {
      var bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
