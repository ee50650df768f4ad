package io.reliableoutbox.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reliableoutbox.consumer.Publisher.Message;
import io.reliableoutbox.lab.infrastructure.BrokerServer;
import io.reliableoutbox.lab.infrastructure.Choice;
import io.reliableoutbox.lab.infrastructure.Infrastructure;
import io.reliableoutbox.lab.infrastructure.Options;
import io.reliableoutbox.lab.infrastructure.TestCertificates;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Whole processes and a RabbitMQ that shows a certificate for localhost. */
@ExtendWith(OutputCaptureExtension.class)
class BrokerTlsIT {
  private static TestCertificates certificates;
  private static BrokerServer broker;
  private ConsumerDatabase database;

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
  void prepare() {
    database = new ConsumerDatabase();
  }

  @AfterEach
  void remove() {
    database.close();
  }

  @Test
  void a_certificate_of_the_named_authority_for_this_host_is_accepted() throws Exception {
    String uri = broker.freshVirtualHost();
    var message = Message.of(UUID.randomUUID(), 1, "order.created");
    try (var process = start(uri, "localhost", certificates.authority());
        var publisher = new Publisher(uri)) {
      await().until(() -> process.health("readiness").equals("UP"));
      publisher.publish(message);
      await().until(() -> database.state("analytics", message.id()).equals("APPLIED"));
    }
  }

  @Test
  void one_of_another_authority_is_refused(CapturedOutput output) {
    refused("localhost", certificates.otherAuthority(), "signed by nobody who is trusted", output);
  }

  @Test
  void one_for_another_host_is_refused(CapturedOutput output) {
    refused("127.0.0.1", certificates.authority(), "127.0.0.1 found", output);
  }

  // A line for each of the two connections however often it is tried, no stack trace, not ready.
  private void refused(String host, Path authority, String reason, CapturedOutput output) {
    try (var process = start(broker.amqpUri(), host, authority)) {
      await().until(() -> output.getAll().contains(reason));
      await()
          .pollDelay(Duration.ofSeconds(2))
          .until(() -> process.health("readiness").equals("DOWN"));
      assertThat(process.health("liveness")).isEqualTo("UP");
      assertThat(process.healthDetails("broker")).contains(reason);
      assertThat(output.getAll().lines().filter(line -> line.contains("no connection to")))
          .hasSize(2)
          .allSatisfy(line -> assertThat(line).contains(host, reason));
      assertThat(output.getAll()).doesNotContain("\tat ");
    }
  }

  private ConsumerProcess start(String uri, String host, Path authority) {
    return ConsumerProcess.start(
        database, broker.overTls(uri, host), List.of("--rabbitmq.ca-file=" + authority));
  }
}
