package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The real jar as a process: what it writes with the profile json, from its start to its end. */
class JsonLogIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  @TempDir private Path folder;

  @Test
  void each_line_is_an_object_and_one_about_a_refused_event_names_it_in_a_field() throws Exception {
    Path log = folder.resolve("relay.log");
    String uri = TestInfrastructure.broker().freshVirtualHost();
    try (OutboxFixture outbox = new OutboxFixture();
        QueueHistory history = new QueueHistory(uri);
        RelayProcess relay = new RelayProcess(log, settings(outbox, uri))) {
      history.unbind();
      history.channel.queueBind(history.queue, "orders.events", "good.#");
      String bad = outbox.insert("bad", "bad.thing");
      // It is refused alone, once something that was sent after it is confirmed.
      await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () -> {
                outbox.insert("next", "good.thing");
                return !lines(log, "event " + bad + " was refused").isEmpty();
              });
      relay.stop();
      assertThat(lines(log, "event " + bad))
          .allSatisfy(
              line -> assertThat(JSON.readTree(line).path("event_id").asString()).isEqualTo(bad));
    }
    assertThat(Files.readAllLines(log))
        .allSatisfy(line -> assertThat(JSON.readTree(line).path("message").isString()).isTrue());
  }

  private static Map<String, String> settings(OutboxFixture outbox, String uri) {
    return Map.of(
        "SPRING_DATASOURCE_URL",
        outbox.database.jdbcUrl(),
        "SPRING_DATASOURCE_PASSWORD",
        OutboxFixture.RELAY_PASSWORD,
        "RABBITMQ_URI",
        uri,
        "SERVER_PORT",
        "0",
        "SPRING_PROFILES_ACTIVE",
        "json");
  }

  private static List<String> lines(Path log, String text) throws Exception {
    try (var lines = Files.lines(log)) {
      return lines.filter(line -> line.contains(text)).toList();
    }
  }
}
