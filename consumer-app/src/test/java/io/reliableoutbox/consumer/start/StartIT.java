package io.reliableoutbox.consumer.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.consumer.ConsumerApplication;
import io.reliableoutbox.consumer.ConsumerDatabase;
import io.reliableoutbox.consumer.ConsumerProcess;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class StartIT {
  private static ConsumerDatabase database;

  @BeforeAll
  static void prepare() {
    database = new ConsumerDatabase();
  }

  @AfterAll
  static void remove() {
    database.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--consumer.prefetch=0|consumer.prefetch",
        "--consumer.prefetch=many|consumer.prefetch",
        "--consumer.enabled=email,billing|'billing', but there are only [analytics, email, inventory",
        "--consumer.retention=6d|consumer.retention (PT144H) must not be shorter than consumer.replay-horizon",
        "--consumer.gap-limit=-1s|consumer.gap-limit must be longer than zero",
        "--consumer.email-from=nobody|emailFrom",
        "--rabbitmq.uri=http://localhost|rabbitmq.uri",
        "--rabbitmq.uri=amqp://me:secret@a host|rabbitmq.uri must be amqp://",
        "--rabbitmq.ca-file=/nowhere/ca.pem|rabbitmq.ca-file must be a file with certificates in PEM, but /nowhere/ca.pem is not",
        "--spring.datasource.password=wrong|the database refuses the login",
        "--spring.datasource.url=jdbc:postgresql://127.0.0.1:1/none|the database can't be used"
      })
  void what_cannot_work_is_refused_in_one_line(String setting, String said, CapturedOutput output) {
    assertRefused(said, output, setting);
  }

  @Test
  void a_database_without_the_schema_is_refused_in_one_line(CapturedOutput output) {
    var empty = TestInfrastructure.freshDatabase();
    assertRefused("the schema is missing", output, "--spring.datasource.url=" + empty.jdbcUrl());
    empty.drop();
  }

  @Test
  void a_port_in_use_is_refused_in_one_line(CapturedOutput output) throws Exception {
    try (var taken = new ServerSocket(0)) {
      assertRefused("already in use", output, "--server.port=" + taken.getLocalPort());
    }
  }

  @Test
  void without_a_broker_it_lives_and_is_not_ready_and_says_why() {
    try (var process =
        ConsumerProcess.start(database, "amqp://guest:guest@127.0.0.1:1/%2f", List.of())) {
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> process.health("readiness").equals("DOWN"));
      assertThat(process.health("liveness")).isEqualTo("UP");
      assertThat(process.healthDetails("broker")).contains("127.0.0.1:1: Connection refused");
    }
  }

  private static void assertRefused(String said, CapturedOutput output, String setting) {
    var arguments =
        new ArrayList<>(
            List.of(
                "--server.port=0",
                "--rabbitmq.uri=amqp://guest:guest@127.0.0.1:1/%2f",
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.password=" + ConsumerDatabase.PASSWORD,
                "--spring.datasource.hikari.connection-timeout=1000",
                "--consumer.database-wait=1s"));
    String name = setting.substring(0, setting.indexOf('='));
    arguments.removeIf(argument -> argument.startsWith(name + "="));
    arguments.add(setting);
    try {
      SpringApplication.run(ConsumerApplication.class, arguments.toArray(String[]::new)).close();
      throw new AssertionError("it started");
    } catch (RuntimeException refused) {
      List<String> lines =
          output
              .getAll()
              .lines()
              .filter(line -> line.contains("consumer-app can't start"))
              .toList();
      assertThat(lines).singleElement().asString().contains(said);
      assertThat(output.getAll()).doesNotContain("\tat ", "secret");
    }
  }
}
