package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reliableoutbox.lab.infrastructure.BrokerServer;
import io.reliableoutbox.lab.infrastructure.Choice;
import io.reliableoutbox.lab.infrastructure.Infrastructure;
import io.reliableoutbox.lab.infrastructure.Options;
import io.reliableoutbox.lab.infrastructure.TestCertificates;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole relay and a RabbitMQ that shows a certificate for localhost. */
@ExtendWith(OutputCaptureExtension.class)
class BrokerTlsIT {
  private static TestCertificates certificates;
  private static BrokerServer broker;
  private OutboxFixture outbox;
  private QueueHistory history;
  private String plainUri;

  @BeforeAll
  static void startBroker() {
    assumeTrue(
        TestInfrastructure.choice() == Choice.RABBITMQ,
        "only the installed RabbitMQ is given a listener for TLS");
    certificates = TestCertificates.make();
    broker = Infrastructure.broker(Choice.RABBITMQ, Options.withTls(certificates.server()));
  }

  @AfterAll
  static void stopBroker() {
    if (broker != null) {
      broker.close();
    }
  }

  @BeforeEach
  void start() throws Exception {
    outbox = new OutboxFixture();
    plainUri = broker.freshVirtualHost();
    history = new QueueHistory(plainUri);
  }

  @AfterEach
  void stop() {
    history.close();
    outbox.close();
  }

  @Test
  void a_certificate_of_the_named_authority_for_this_host_is_accepted() {
    String id = outbox.insert("1", "thing.changed");
    try (var relay = relay("localhost", certificates.authority())) {
      await().until(() -> health(relay).equals("UP"));
      await().until(() -> history.ids().equals(List.of(id)));
      await().until(() -> outbox.count("PUBLISHED") == 1);
    }
  }

  @Test
  void one_of_another_authority_is_refused(CapturedOutput output) {
    refused("localhost", certificates.otherAuthority(), "signed by nobody who is trusted", output);
  }

  @Test
  void without_a_named_authority_those_of_java_count(CapturedOutput output) {
    refused("localhost", null, "signed by nobody who is trusted", output);
  }

  @Test
  void one_for_another_host_is_refused(CapturedOutput output) {
    refused("127.0.0.1", certificates.authority(), "127.0.0.1 found", output);
  }

  // One line however often it is tried, no stack trace, not ready, and nothing is spent of the row.
  private void refused(String host, Path authority, String reason, CapturedOutput output) {
    outbox.insert("1", "thing.changed");
    try (var relay = relay(host, authority)) {
      await().until(() -> output.getAll().contains(reason));
      await().pollDelay(Duration.ofSeconds(2)).until(() -> health(relay).equals("DOWN"));
      assertThat(lines(output, "no connection to the broker at " + host))
          .singleElement()
          .asString()
          .contains(reason);
      assertThat(output.getAll()).doesNotContain("\tat ");
      assertThat(
              outbox
                  .sql
                  .sql("select state || attempts from outbox_state")
                  .query(String.class)
                  .single())
          .isEqualTo("PENDING0");
      assertThat(history.ids()).isEmpty();
    }
  }

  private static List<String> lines(CapturedOutput output, String text) {
    return output.getAll().lines().filter(line -> line.contains(text)).toList();
  }

  private static String health(ConfigurableApplicationContext relay) {
    return relay.getBean(HealthEndpoint.class).healthForPath("readiness").getStatus().getCode();
  }

  private ConfigurableApplicationContext relay(String host, Path authority) {
    return SpringApplication.run(
        RelayApplication.class,
        "--server.port=0",
        "--spring.datasource.url=" + outbox.database.jdbcUrl(),
        "--spring.datasource.password=" + OutboxFixture.RELAY_PASSWORD,
        "--rabbitmq.uri=" + broker.overTls(plainUri, host),
        "--rabbitmq.ca-file=" + (authority == null ? "" : authority));
  }
}
