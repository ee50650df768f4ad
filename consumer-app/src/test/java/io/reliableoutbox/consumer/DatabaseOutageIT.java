package io.reliableoutbox.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reliableoutbox.consumer.Publisher.Message;
import io.reliableoutbox.lab.infrastructure.BrokerServer;
import io.reliableoutbox.lab.infrastructure.DatabaseServer;
import io.reliableoutbox.lab.infrastructure.Infrastructure;
import io.reliableoutbox.lab.infrastructure.Options;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A PostgreSQL of its own, that is killed and comes back. */
class DatabaseOutageIT {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final List<String> CONSUMERS = List.of("email", "inventory", "analytics");
  private DatabaseServer server;
  private ConsumerDatabase database;

  @BeforeEach
  void start() {
    assumeTrue(TestInfrastructure.broker().realRabbit(), "asks RabbitMQ who consumes");
    server = Infrastructure.database(TestInfrastructure.choice(), Options.forTests());
    database = ConsumerDatabase.on(server);
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void a_database_that_is_killed_again_and_again_costs_no_attempt_and_the_channels_are_kept()
      throws Exception {
    BrokerServer broker = TestInfrastructure.broker();
    String uri = broker.freshVirtualHost();
    try (var process = consumer(uri);
        var publisher = new Publisher(uri)) {
      publish(publisher, 300);
      awaitApplied(300);
      Set<String> channels = consumers(broker, uri);
      assertThat(channels).as("a queue and its dead letters each").hasSize(2 * CONSUMERS.size());
      long applied = 300;
      for (int round = 1; round <= 3; round++) {
        publish(publisher, 500);
        server.kill();
        assertThat(server.running()).isFalse();
        publish(publisher, 500);
        await().atMost(LIMIT).until(() -> process.health("readiness").equals("DOWN"));
        assertThat(process.health("liveness")).isEqualTo("UP");
        assertThat(process.health("broker")).isEqualTo("UP");
        // The prefetch of each consumer, no more.
        await().atMost(LIMIT).until(() -> publisher.ready("email.orders") > 0);
        server.start();
        applied += 1000;
        awaitApplied(applied);
      }
      assertThat(consumers(broker, uri)).as("the same consumers").isEqualTo(channels);
    }
    assertNobodyWasBlamed();
  }

  @Test
  void an_outage_longer_than_the_brokers_patience_with_consumers_counts_for_no_message()
      throws Exception {
    try (BrokerServer broker =
        Infrastructure.broker(TestInfrastructure.choice(), Options.forTests())) {
      broker.runCtl(
          "eval",
          "application:set_env(rabbit, consumer_timeout, 2000),"
              + " application:set_env(rabbit, channel_tick_interval, 500).");
      String uri = broker.freshVirtualHost();
      // One timeout is all there is: a second one for the same message would give it up.
      String host = URI.create(uri).getPath().substring(1);
      broker.runCtl("set_policy", "-p", host, "few", "\\.orders$", "{\"delivery-limit\":1}");
      try (var process = consumer(uri);
          var publisher = new Publisher(uri)) {
        publish(publisher, 10);
        awaitApplied(10);
        server.kill();
        assertThat(server.running()).isFalse();
        publish(publisher, 500);
        // The fault: the broker has closed the channels.
        await().atMost(LIMIT).until(() -> consumers(broker, uri).size() == CONSUMERS.size());
        await()
            .atMost(LIMIT)
            .during(Duration.ofSeconds(7))
            .until(() -> consumers(broker, uri).size() <= CONSUMERS.size());
        assertThat(process.healthDetails("broker")).contains("is not settled yet");
        assertThat(process.health("liveness")).isEqualTo("UP");
        server.start();
        awaitApplied(510);
        await().atMost(LIMIT).until(() -> process.health("readiness").equals("UP"));
        assertThat(publisher.ready("email.parking")).isZero();
      }
    }
    assertNobodyWasBlamed();
  }

  private ConsumerProcess consumer(String uri) {
    var process =
        ConsumerProcess.start(
            database, uri, List.of("--spring.datasource.hikari.connection-timeout=1000"));
    await().atMost(LIMIT).until(() -> process.health("readiness").equals("UP"));
    return process;
  }

  private static void publish(Publisher publisher, int number) throws Exception {
    for (int i = 0; i < number; i++) {
      publisher.publish(Message.of(UUID.randomUUID(), 1, "order.created"));
    }
    publisher.confirm();
  }

  private void awaitApplied(long number) {
    for (String consumer : CONSUMERS) {
      await()
          .atMost(LIMIT)
          .ignoreExceptions()
          .until(() -> database.states(consumer).equals(Map.of("APPLIED", number)));
    }
  }

  private void assertNobodyWasBlamed() {
    assertThat(database.attempts()).isZero();
    for (String consumer : CONSUMERS) {
      assertThat(database.states(consumer)).containsOnlyKeys("APPLIED");
    }
  }

  /** Queue, channel and consumer tag of each. */
  private static Set<String> consumers(BrokerServer broker, String uri) {
    String host = URI.create(uri).getPath().substring(1);
    return broker
        .runCtl("-q", "list_consumers", "-p", host, "queue_name", "channel_pid", "consumer_tag")
        .lines()
        .filter(line -> line.contains(".orders") || line.contains(".parking"))
        .collect(Collectors.toSet());
  }
}
