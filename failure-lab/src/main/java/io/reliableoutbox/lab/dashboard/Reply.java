package io.reliableoutbox.lab.dashboard;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** An HTTP answer. */
record Reply(int status, String contentType, String body) {
  static Reply text(int status, String body) {
    return new Reply(status, "text/plain; charset=utf-8", body + "\n");
  }

  static Reply json(String body) {
    return new Reply(200, "application/json", body);
  }

  static Reply html(String body) {
    return new Reply(200, "text/html; charset=utf-8", body);
  }

  void send(HttpExchange exchange) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", contentType);
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("X-Frame-Options", "DENY");
    // Nothing from outside, and nothing to outside.
    headers.set(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
            + " connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head || bytes.length == 0 ? -1 : bytes.length);
    if (!head) {
      exchange.getResponseBody().write(bytes);
    }
  }
}
