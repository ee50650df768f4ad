package io.reliableoutbox.lab.scenario;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What an app says in its health. */
final class Health {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(LIMIT).build();

  private Health() {}

  /** A detail of one of its parts, or why there is none. */
  static String detail(String url, String part, String detail) {
    var request =
        HttpRequest.newBuilder(URI.create(url + "/actuator/health")).timeout(LIMIT).build();
    try {
      var body = HTTP.send(request, BodyHandlers.ofString()).body();
      var parts = JsonMapper.shared().readTree(body).path("components");
      return parts.path(part).path("details").path(detail).asString();
    } catch (IOException | JacksonException e) {
      return "no answer: " + e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "no answer";
    }
  }
}
