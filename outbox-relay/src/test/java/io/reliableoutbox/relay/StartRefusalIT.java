package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.reliableoutbox.lab.infrastructure.TestDatabase;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ends the start at once, with a sentence that names it and without a stack trace. */
class StartRefusalIT {
  @TempDir private Path logs;

  @Test
  void a_bad_setting() throws Exception {
    assertThat(refusal(Map.of("RELAY_LEASE", "1s"))).contains("relay.lease must be 2s or more");
  }

  @Test
  void a_database_without_an_outbox() throws Exception {
    TestDatabase empty = TestInfrastructure.freshDatabase();
    Map<String, String> settings = new HashMap<>();
    settings.put("SPRING_DATASOURCE_URL", empty.jdbcUrl());
    settings.put("SPRING_DATASOURCE_USERNAME", empty.username());
    settings.put("SPRING_DATASOURCE_PASSWORD", empty.password());
    assertThat(refusal(settings)).contains("the outbox is missing", "Run the migrator");
    empty.drop();
  }

  @Test
  void a_wrong_password() throws Exception {
    assertThat(
            refusal(
                Map.of(
                    "SPRING_DATASOURCE_URL", TestInfrastructure.database().jdbcUrl("postgres"),
                    "SPRING_DATASOURCE_USERNAME", TestInfrastructure.database().superuser(),
                    "SPRING_DATASOURCE_PASSWORD", "wrong")))
        .contains("password authentication failed", "SPRING_DATASOURCE_URL");
  }

  @Test
  void a_port_in_use() throws Exception {
    try (OutboxFixture outbox = new OutboxFixture();
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
      assertThat(
              refusal(
                  Map.of(
                      "SPRING_DATASOURCE_URL",
                      outbox.database.jdbcUrl(),
                      "SPRING_DATASOURCE_PASSWORD",
                      OutboxFixture.RELAY_PASSWORD,
                      "RABBITMQ_URI",
                      "amqp://127.0.0.1:1",
                      "SERVER_PORT",
                      String.valueOf(taken.getLocalPort()))))
          .contains("Port " + taken.getLocalPort() + " was already in use");
    }
  }

  private String refusal(Map<String, String> settings) throws Exception {
    Path log = logs.resolve("relay.log");
    try (RelayProcess relay = new RelayProcess(log, settings)) {
      assertThat(relay.waitFor()).isNotZero();
    }
    String output = Files.readString(log);
    assertThat(output).doesNotContain("\tat ");
    return output;
  }
}
