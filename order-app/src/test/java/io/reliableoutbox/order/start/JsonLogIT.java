package io.reliableoutbox.order.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.FreePort;
import io.reliableoutbox.lab.infrastructure.TestDatabase;
import io.reliableoutbox.order.TestSchema;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The real jar as a process: what it writes with the profile json, from its start to its end. */
class JsonLogIT {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private final int port = FreePort.next();
  @TempDir private Path folder;

  @Test
  void each_line_is_an_object_and_one_of_a_request_names_its_trace_in_a_field() throws Exception {
    Path log = folder.resolve("order.log");
    TestDatabase database = TestSchema.fresh();
    Process process = start(log, database.jdbcUrl());
    try {
      await().atMost(Duration.ofMinutes(1)).ignoreExceptions().until(() -> post() == 400);
      process.destroy();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    List<String> lines = Files.readAllLines(log);
    assertThat(lines)
        .allSatisfy(line -> assertThat(JSON.readTree(line).path("message").isString()).isTrue());
    assertThat(lines.stream().filter(line -> line.contains("POST \\\"/orders\\\"")))
        .isNotEmpty()
        .allSatisfy(
            line -> assertThat(JSON.readTree(line).path("traceId").asString()).isEqualTo(TRACE));
  }

  private int post() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/orders"))
            .header("Content-Type", "application/json")
            .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
            .POST(BodyPublishers.ofString("{}"))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
  }

  private Process start(Path log, String jdbcUrl) throws IOException {
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-jar",
            "target/order-app.jar",
            "--spring.profiles.active=json",
            // A line for each request, which there is not otherwise.
            "--logging.level.org.springframework.web.servlet.DispatcherServlet=debug");
    builder
        .environment()
        .putAll(
            Map.of(
                "SPRING_DATASOURCE_URL",
                jdbcUrl,
                "SPRING_DATASOURCE_PASSWORD",
                TestSchema.PASSWORD,
                "SERVER_PORT",
                Integer.toString(port)));
    return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }
}
