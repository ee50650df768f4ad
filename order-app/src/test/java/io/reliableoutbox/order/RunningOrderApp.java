package io.reliableoutbox.order;

import io.reliableoutbox.lab.infrastructure.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

/** The whole application on a free port, as its own database role, with a client for it. */
public final class RunningOrderApp implements AutoCloseable {
  public static final String ORDER =
      """
      {"customerId": "customer-1", "currency": "EUR",
       "lines": [{"sku": "SKU-1", "quantity": 2, "unitPrice": "19.90"}]}
      """;

  private final ConfigurableApplicationContext context;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private RunningOrderApp(ConfigurableApplicationContext context) {
    this.context = context;
  }

  public static RunningOrderApp on(TestDatabase database, String... settings) {
    return on(database, List.of(), settings);
  }

  public static RunningOrderApp on(
      TestDatabase database, List<Class<?>> additions, String... settings) {
    var sources = new ArrayList<Class<?>>(List.of(OrderApplication.class));
    sources.addAll(additions);
    var args =
        new ArrayList<>(
            List.of(
                "--server.port=0",
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.password=" + TestSchema.PASSWORD));
    args.addAll(Arrays.asList(settings));
    return new RunningOrderApp(
        SpringApplication.run(sources.toArray(Class<?>[]::new), args.toArray(String[]::new)));
  }

  public <T> T part(Class<T> type) {
    return context.getBean(type);
  }

  public int port() {
    return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  public Answer get(String path) {
    return send(request(path).GET());
  }

  public Answer post(String path) {
    return send(request(path).POST(BodyPublishers.noBody()));
  }

  /** Headers are names and values in turn. */
  public Answer place(String body, String... headers) {
    HttpRequest.Builder request =
        request("/orders")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  public String placed() {
    return place(ORDER).text("id");
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
        .timeout(Duration.ofSeconds(30));
  }

  public Answer send(HttpRequest.Builder request) {
    try {
      return new Answer(client.send(request.build(), BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What Spring does before it stops the server, which goes on here. */
  public void announceStop() {
    context.publishEvent(new ContextClosedEvent(context));
  }

  @Override
  public void close() {
    context.close();
  }
}
