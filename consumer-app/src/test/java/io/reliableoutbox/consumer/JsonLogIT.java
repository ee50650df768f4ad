package io.reliableoutbox.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.consumer.Publisher.Message;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The real jar as a process: what it writes with the profile json, from its start to its end. */
class JsonLogIT {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final JsonMapper JSON = new JsonMapper();
  @TempDir private Path folder;

  @Test
  void each_line_is_an_object_and_one_about_an_event_names_it_and_its_trace_in_fields()
      throws Exception {
    var bad = Message.of(UUID.randomUUID(), 1, "order.created");
    Path log = folder.resolve("consumer.log");
    try (var database = new ConsumerDatabase()) {
      String brokerUri = TestInfrastructure.broker().freshVirtualHost();
      Process process = start(log, database.jdbcUrl(), brokerUri);
      try (var publisher = new Publisher(brokerUri)) {
        await()
            .atMost(Duration.ofMinutes(1))
            .until(() -> lines(log, "events: consuming\"").size() == 1);
        publisher.publish(bad, "{}", Map.of("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01"));
        await().atMost(Duration.ofSeconds(30)).until(() -> lines(log, "is parked by").size() == 3);
        process.destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      } finally {
        process.destroyForcibly();
      }
    }
    assertThat(Files.readAllLines(log))
        .allSatisfy(line -> assertThat(JSON.readTree(line).path("message").isString()).isTrue());
    assertThat(lines(log, "is parked by"))
        .allSatisfy(
            line -> {
              JsonNode fields = JSON.readTree(line);
              assertThat(fields.path("event_id").asString()).isEqualTo(bad.id().toString());
              assertThat(fields.path("traceId").asString()).isEqualTo(TRACE);
              assertThat(fields.at("/log/level").asString()).isEqualTo("WARN");
              assertThat(fields.at("/service/name").asString()).isEqualTo("consumer-app");
            });
  }

  private static Process start(Path log, String jdbcUrl, String brokerUri) throws IOException {
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-jar",
            "target/consumer-app.jar",
            "--spring.profiles.active=json");
    builder
        .environment()
        .putAll(
            Map.of(
                "SPRING_DATASOURCE_URL",
                jdbcUrl,
                "SPRING_DATASOURCE_PASSWORD",
                ConsumerDatabase.PASSWORD,
                "RABBITMQ_URI",
                brokerUri,
                "SERVER_PORT",
                "0"));
    return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  private static List<String> lines(Path log, String text) throws IOException {
    try (var lines = Files.lines(log)) {
      return lines.filter(line -> line.contains(text)).toList();
    }
  }
}
