package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reliableoutbox.lab.infrastructure.BrokerServer;
import io.reliableoutbox.lab.infrastructure.Choice;
import io.reliableoutbox.lab.infrastructure.Infrastructure;
import io.reliableoutbox.lab.infrastructure.Options;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.relay.loop.Relay;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

/** A broker with a memory alarm: it reads nothing more from those who publish, and says so. */
class BlockedBrokerIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static BrokerServer broker;
  private String uri;
  private OutboxFixture outbox;
  private QueueHistory history;

  // Its own, because an alarm blocks everybody on the node.
  @BeforeAll
  static void startBroker() {
    if (TestInfrastructure.choice() != Choice.EMBEDDED) {
      broker = Infrastructure.broker(TestInfrastructure.choice(), Options.forTests());
    }
  }

  @AfterAll
  static void stopBroker() {
    if (broker != null) {
      broker.close();
    }
  }

  @BeforeEach
  void start() throws Exception {
    assumeTrue(broker != null, "a memory alarm needs RabbitMQ; here runs the embedded broker");
    uri = broker.freshVirtualHost();
    outbox = new OutboxFixture();
    history = new QueueHistory(uri);
  }

  @AfterEach
  void stop() {
    if (broker != null) {
      memoryAlarm(false);
      history.close();
      outbox.close();
    }
  }

  @Test
  void a_blocked_relay_stops_sending_says_so_and_goes_on_without_sending_anything_twice()
      throws Exception {
    RelaySettings settings = OutboxFixture.settings();
    try (SilencingProxy proxy = SilencingProxy.before(uri)) {
      Relay relay = outbox.startRelay(proxy.through(uri), settings);
      outbox.insertMany(50, 50);
      await().until(() -> outbox.count("PUBLISHED") == 50);

      memoryAlarm(true);
      outbox.insert("first", "thing.changed");
      await().atMost(SOON).until(() -> relay.brokerState().startsWith("blocked by the broker"));
      assertThat(new RelayHealth(relay).health().getStatus()).isEqualTo(Status.DOWN);
      long sent = proxy.passedToServer();
      outbox.insertMany(1000, 100);
      await()
          .during(settings.confirmTimeout().multipliedBy(2))
          .atMost(SOON)
          .until(() -> relay.brokerState().startsWith("blocked by the broker"));
      assertThat(proxy.passedToServer() - sent).as("heartbeats at the most").isLessThan(100);
      assertThat(outbox.count("PUBLISHED")).isEqualTo(50);
      assertThat(relay.buckets()).as("leases are kept").isEqualTo(64);

      memoryAlarm(false);
      await().atMost(SOON).until(() -> outbox.count("PUBLISHED") == 1051);
      await().until(() -> history.all().size() >= 1051);
      assertThat(history.ids()).doesNotHaveDuplicates().hasSize(1051);
      assertThat(new RelayHealth(relay).health().getStatus()).isEqualTo(Status.UP);
      assertThat(outbox.attempts()).isZero();
      assertThat(proxy.connections()).isEqualTo(1);
    }
  }

  @Test
  void a_blocked_relay_with_a_message_under_way_can_be_stopped_and_the_next_one_goes_on() {
    Relay relay = outbox.startRelay(uri);
    await().until(() -> relay.brokerState().equals(Relay.CONNECTED) && relay.buckets() == 64);
    memoryAlarm(true);
    String underWay = outbox.insert("a", "thing.changed");
    await().atMost(SOON).until(() -> relay.brokerState().startsWith("blocked by the broker"));

    relay.stop();
    await().atMost(SOON).until(() -> !threads().contains("relay"));
    assertThat(outbox.state(underWay)).isEqualTo("PENDING");

    Relay next = outbox.startRelay(uri);
    await().atMost(SOON).until(() -> next.brokerState().startsWith("blocked by the broker"));
    memoryAlarm(false);
    await().atMost(SOON).until(() -> outbox.state(underWay).equals("PUBLISHED"));
    await().until(() -> history.firstArrivals().contains(underWay));
    assertThat(outbox.attempts()).isZero();
  }

  @Test
  void an_alarm_that_comes_during_a_write_shows_while_the_write_does_not_end() throws Exception {
    try (SilencingProxy proxy = SilencingProxy.before(uri)) {
      Relay relay = outbox.startRelay(proxy.through(uri));
      await().until(() -> relay.brokerState().equals(Relay.CONNECTED) && relay.buckets() == 64);
      memoryAlarm(true);
      proxy.hold();
      outbox.insertLarge(30);
      await().atMost(SOON).until(SilentPeerIT::relayIsWriting);
      assertThat(relay.brokerState()).doesNotStartWith("blocked");

      // With the first bytes of a message the broker says that it is blocked.
      proxy.pass(100_000);
      await().atMost(SOON).until(() -> relay.brokerState().startsWith("blocked by the broker"));
      assertThat(SilentPeerIT.relayIsWriting()).isTrue();
      assertThat(new RelayHealth(relay).health().getStatus()).isEqualTo(Status.DOWN);

      memoryAlarm(false);
      proxy.open();
      await().atMost(SOON).until(() -> outbox.count("PUBLISHED") == 30);
      assertThat(outbox.attempts()).isZero();
    }
  }

  private static void memoryAlarm(boolean on) {
    broker.runCtl("set_vm_memory_high_watermark", on ? "0" : "0.4");
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .collect(Collectors.toSet());
  }
}
