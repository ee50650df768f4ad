package io.reliableoutbox.lab.load;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Talks to order-app as a customer's program would. Thread-safe. */
public final class OrderClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_REQUESTS = 64;
  private static final Set<Integer> OUTAGE = Set.of(502, 503, 504);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final Turnstile turnstile = new Turnstile(MAX_REQUESTS);
  private final String url;

  public OrderClient(String url) {
    this.url = url;
  }

  /** The same key and body always mean the same order, however often they are sent. */
  public CompletableFuture<Answer> place(String key, String body) {
    return send(
        request("/orders")
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofString(body)));
  }

  /**
   * Changes an order; asked twice, it happens once.
   *
   * @param change {@code pay}, {@code ship} or {@code cancel}
   */
  public CompletableFuture<Answer> change(String orderId, String change) {
    return send(request("/orders/" + orderId + "/" + change).POST(BodyPublishers.noBody()));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(TIMEOUT);
  }

  private CompletableFuture<Answer> send(HttpRequest.Builder request) {
    return turnstile
        .pass(() -> http.sendAsync(request.build(), BodyHandlers.ofString()))
        .handle(
            (response, failure) ->
                failure == null
                    ? answer(response)
                    : new Answer.Unknown(String.valueOf(failure.getMessage())));
  }

  /** A 5xx says nothing about what was committed; one that is no outage is a bug besides. */
  private static Answer answer(HttpResponse<String> response) {
    int status = response.statusCode();
    if (OUTAGE.contains(status)) {
      return new Answer.Unknown("status " + status);
    }
    if (status >= 500) {
      return new Answer.Failed(status, response.body());
    }
    if (status >= 400) {
      return new Answer.Refused(status, response.body());
    }
    try {
      var order = JSON.readTree(response.body());
      return new Answer.Acknowledged(
          order.path("id").asString(), order.path("version").asLong(), status == 201);
    } catch (JacksonException e) {
      return new Answer.Unknown("an answer that is no JSON");
    }
  }
}
