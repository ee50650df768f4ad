package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class JsonLogIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  @TempDir private Path folder;

  @Test
  void with_the_profile_json_each_line_is_an_object() throws Exception {
    Path log = folder.resolve("relay.log");
    try (OutboxFixture outbox = new OutboxFixture();
        RelayProcess relay =
            new RelayProcess(
                log,
                Map.of(
                    "SPRING_DATASOURCE_URL",
                    outbox.database.jdbcUrl(),
                    "SPRING_DATASOURCE_PASSWORD",
                    OutboxFixture.RELAY_PASSWORD,
                    "RABBITMQ_URI",
                    "amqp://127.0.0.1:1",
                    "SERVER_PORT",
                    "0",
                    "SPRING_PROFILES_ACTIVE",
                    "json"))) {
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> Files.readString(log).contains("no connection to the broker"));
      relay.stop();
    }
    assertThat(Files.readAllLines(log))
        .allSatisfy(line -> assertThat(JSON.readTree(line).path("message").isString()).isTrue());
  }
}
