package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reliableoutbox.lab.infrastructure.BrokerServer;
import io.reliableoutbox.lab.infrastructure.Infrastructure;
import io.reliableoutbox.lab.infrastructure.Options;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.relay.loop.Relay;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Outages of the broker: nothing is held against the rows. */
class BrokerOutageIT {

  @Test
  void a_broker_that_is_away_at_the_start_and_dies_later_costs_no_attempt_and_no_row()
      throws Exception {
    try (BrokerServer broker =
            Infrastructure.broker(TestInfrastructure.choice(), Options.forTests());
        OutboxFixture outbox = new OutboxFixture()) {
      String uri = broker.freshVirtualHost();
      if (broker.realRabbit()) {
        new QueueHistory(uri, "kept", Map.of("x-queue-type", "quorum")).close();
      }
      broker.stop();
      outbox.insertMany(300, 100);
      Relay relay = outbox.startRelay(uri);
      await().until(() -> relay.brokerState().startsWith("no connection to the broker"));

      broker.start();
      // The embedded broker forgets its queues: this one makes it anew there, and finds it on
      // RabbitMQ.
      try (QueueHistory history = reopened(broker, uri)) {
        await().atMost(Duration.ofSeconds(30)).until(() -> outbox.count("PUBLISHED") == 300);
        await().until(() -> history.firstArrivals().size() == 300);
        broker.kill();
        assertThat(broker.running()).isFalse();
        outbox.insertMany(300, 100);
        await().until(() -> !relay.brokerState().equals(Relay.CONNECTED));
      }
      broker.start();
      try (QueueHistory history = reopened(broker, uri)) {
        await().atMost(Duration.ofSeconds(30)).until(() -> outbox.count("PUBLISHED") == 600);
        await().until(() -> history.firstArrivals().size() >= 300);
      }
      assertThat(attempts(outbox)).isEqualTo(0);
    }
  }

  @Test
  void queues_that_are_all_full_cost_no_attempt_and_everything_flows_once_there_is_room()
      throws Exception {
    BrokerServer broker = TestInfrastructure.broker();
    assumeTrue(broker.realRabbit(), "x-max-length needs RabbitMQ; here runs " + broker.label());
    String uri = broker.freshVirtualHost();
    Map<String, Object> full = Map.of("x-max-length", 5, "x-overflow", "reject-publish");
    try (OutboxFixture outbox = new OutboxFixture();
        QueueHistory history = new QueueHistory(uri, "full", full)) {
      outbox.insertMany(300, 300);
      Relay relay = outbox.startRelay(uri);
      await().until(relay::isRefusedByAll);
      await().during(Duration.ofSeconds(1)).until(() -> outbox.count("PARKED") == 0);
      // What was refused before the last message that still fitted can't be told from a refusal of
      // its own.
      assertThat(outbox.count("PUBLISHED")).isBetween(5L, 20L);
      history.consume();
      await().atMost(Duration.ofSeconds(30)).until(() -> outbox.count("PUBLISHED") == 300);
      await().until(() -> history.firstArrivals().size() == 300);
    }
  }

  @Test
  void a_relay_waits_for_its_required_queues_before_it_publishes_anything() throws Exception {
    String uri = TestInfrastructure.broker().freshVirtualHost();
    RelaySettings standard = OutboxFixture.settings();
    RelaySettings settings =
        new RelaySettings(
            "needs-queues",
            standard.schema(),
            standard.exchange(),
            standard.lease(),
            standard.pollInterval(),
            standard.window(),
            standard.confirmTimeout(),
            standard.parkAfter(),
            standard.retention(),
            List.of("history", "second"));
    try (OutboxFixture outbox = new OutboxFixture();
        QueueHistory history = new QueueHistory(uri)) {
      outbox.insertMany(10, 10);
      Relay relay = outbox.startRelay(uri, settings);
      await().until(() -> relay.brokerState().contains("required queue second"));
      assertThat(history.all()).isEmpty();
      new QueueHistory(uri, "second", Map.of()).close();
      await().atMost(Duration.ofSeconds(20)).until(() -> outbox.count("PUBLISHED") == 10);
      assertThat(attempts(outbox)).isEqualTo(0);
    }
  }

  private static QueueHistory reopened(BrokerServer broker, String uri) throws Exception {
    QueueHistory history =
        new QueueHistory(
            uri, "kept", broker.realRabbit() ? Map.of("x-queue-type", "quorum") : Map.of());
    history.consume();
    return history;
  }

  private static int attempts(OutboxFixture outbox) {
    return outbox.sql.sql("select sum(attempts) from outbox_state").query(Integer.class).single();
  }
}
