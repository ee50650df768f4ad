package io.reliableoutbox.lab.dashboard;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The web page that shows the system at work and lets people break it. It serves this machine alone
 * unless told another address, changes state by POST only, and takes no request from other web
 * pages.
 */
public final class Dashboard implements AutoCloseable {
  private static final int MAX_ORDERS = 1000;

  private final ExecutorService threads = Executors.newFixedThreadPool(8);
  private final HttpServer server;
  private final RequestGuard guard;
  private final State state;
  private final Buttons buttons;
  private final Page page = Page.load();

  public Dashboard(String host, int port, View view) {
    try {
      server = HttpServer.create(new InetSocketAddress(host, port), 0);
    } catch (IOException e) {
      throw new InfrastructureException(
          "The dashboard can't listen on %s:%d: %s.".formatted(host, port, e.getMessage()), e);
    }
    guard = new RequestGuard(server.getAddress().getAddress().isLoopbackAddress());
    state = new State(view);
    buttons = new Buttons(view);
    server.setExecutor(threads);
    server.createContext("/", exchange -> respond(exchange, this::answer));
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private Reply answer(HttpExchange exchange) {
    if (!guard.allows(exchange.getRequestHeaders())) {
      return Reply.text(403, "Not from another origin or host name.");
    }
    var path = exchange.getRequestURI().getPath();
    var method = exchange.getRequestMethod();
    if (method.equals("POST")) {
      return press(path, exchange.getRequestURI().getQuery());
    }
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return Reply.text(405, "GET or POST.");
    }
    return switch (path) {
      case "/" -> page.reply();
      case "/health" -> Reply.json("{\"status\":\"UP\"}");
      case "/api/state" -> Reply.json(state.json());
      default ->
          path.startsWith("/api/") && buttons.known(path)
              ? Reply.text(405, "Use POST.")
              : Reply.text(404, "Nothing here.");
    };
  }

  private Reply press(String path, @org.jspecify.annotations.Nullable String query) {
    if (path.equals("/api/orders")) {
      return placeOrders(query == null ? "count=1" : query);
    }
    return buttons.press(path);
  }

  private Reply placeOrders(String query) {
    if (!query.matches("count=\\d{1,4}") || Integer.parseInt(query.substring(6)) > MAX_ORDERS) {
      return Reply.text(400, "count must be a number from 1 to " + MAX_ORDERS + ".");
    }
    int count = Integer.parseInt(query.substring(6));
    for (int i = 0; i < count; i++) {
      buttons.placeOrder();
    }
    return Reply.text(202, count + " orders are on their way.");
  }

  /** Answers a request. */
  private interface Answer {
    Reply to(HttpExchange exchange);
  }

  private static void respond(HttpExchange exchange, Answer answer) throws IOException {
    try (exchange) {
      Reply reply;
      try {
        reply = answer.to(exchange);
      } catch (RuntimeException e) {
        reply = Reply.text(500, String.valueOf(e.getMessage()));
      }
      reply.send(exchange);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
