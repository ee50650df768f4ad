package io.reliableoutbox.lab.system;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The SMTP capture of docker-compose.yml, asked over its HTTP API how many mails it holds. */
public record Mailpit(String url) {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final HttpClient CLIENT = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

  public Map<String, Object> counts() {
    var request =
        HttpRequest.newBuilder(URI.create(url + "/api/v1/messages?limit=1"))
            .timeout(TIMEOUT)
            .build();
    try {
      var body = CLIENT.send(request, BodyHandlers.ofString()).body();
      return Map.of("received", JsonMapper.shared().readTree(body).path("total").asLong());
    } catch (IOException | JacksonException e) {
      return Map.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Map.of();
    }
  }
}
