package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.HostPort;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.relay.loop.Relay;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.Status;

/** Connections that stay open and say nothing any more: whoever waits without a deadline hangs. */
class SilentPeerIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private final String uri = TestInfrastructure.broker().freshVirtualHost();
  @TempDir private Path logs;
  private OutboxFixture outbox;
  private QueueHistory history;

  @BeforeEach
  void start() throws Exception {
    outbox = new OutboxFixture();
    history = new QueueHistory(uri);
  }

  @AfterEach
  void stop() {
    history.close();
    outbox.close();
  }

  @Test
  void a_broker_that_takes_everything_and_never_answers_is_noticed_and_all_is_sent_once_it_does()
      throws Exception {
    try (SilencingProxy proxy = SilencingProxy.before(uri)) {
      Relay relay = outbox.startRelay(proxy.through(uri));
      await().until(() -> relay.brokerState().equals(Relay.CONNECTED));
      proxy.swallow();
      outbox.insertMany(100, 100);
      await().atMost(SOON).until(() -> proxy.swallowed() > 0);

      await().atMost(SOON).until(() -> relay.brokerState().startsWith("no confirm within"));
      await().atMost(SOON).until(() -> relay.brokerState().startsWith("no connection"));
      await().atMost(SOON).until(() -> relay.buckets() == 0);
      assertThat(history.all()).isEmpty();

      proxy.open();
      await().atMost(SOON).until(() -> outbox.count("PUBLISHED") == 100);
      assertThat(outbox.attempts()).isZero();
      assertThat(relay.isAlive()).isTrue();
    }
  }

  @Test
  void a_broker_that_reads_nothing_any_more_does_not_keep_the_relay_in_its_write_for_ever()
      throws Exception {
    try (SilencingProxy proxy = SilencingProxy.before(uri)) {
      Relay relay = outbox.startRelay(proxy.through(uri));
      await().until(() -> relay.brokerState().equals(Relay.CONNECTED));
      proxy.hold();
      outbox.insertLarge(30);
      await().atMost(SOON).until(SilentPeerIT::relayIsWriting);
      await()
          .atMost(SOON)
          .until(
              () -> relay.brokerState().equals("the broker takes nothing: a write does not end"));
      assertThat(new RelayHealth(relay).health().getStatus()).isEqualTo(Status.DOWN);
      await().atMost(SOON).until(() -> relay.buckets() == 0);

      // The heartbeats that don't come end the write.
      await().atMost(SOON).until(() -> !relayIsWriting());
      proxy.open();
      await().atMost(SOON).until(() -> outbox.count("PUBLISHED") == 30);
      assertThat(outbox.attempts()).isZero();
    }
  }

  @Test
  void a_database_that_never_answers_costs_the_lease_and_the_relay_goes_on_once_it_does()
      throws Exception {
    HostPort server = outbox.database.server().address();
    Path log = logs.resolve("relay.log");
    try (SilencingProxy proxy = new SilencingProxy(server.host(), server.port());
        RelayProcess relay =
            new RelayProcess(outbox, proxy::through, uri, log, Duration.ofSeconds(3))) {
      String first = outbox.insert("a", "thing.changed");
      await().atMost(SOON).until(() -> outbox.state(first).equals("PUBLISHED"));
      proxy.swallow();
      String second = outbox.insert("a", "thing.changed");
      await().atMost(SOON).until(() -> proxy.swallowed() > 0);

      await().atMost(SOON).until(() -> leased() == 0);
      await().atMost(SOON).until(() -> Files.readString(log).contains("leases can't be renewed"));
      await()
          .atMost(SOON)
          .until(() -> Files.readString(log).contains("the database can't be used"));
      assertThat(history.ids()).containsExactly(first);

      proxy.open();
      await().atMost(SOON).until(() -> outbox.state(second).equals("PUBLISHED"));
      assertThat(Files.readString(log)).contains("leases are kept again");
      assertThat(relay.isAlive()).isTrue();
    }
  }

  static boolean relayIsWriting() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> thread.getKey().getName().equals("relay"))
        .flatMap(thread -> java.util.stream.Stream.of(thread.getValue()).limit(5))
        .anyMatch(frame -> frame.getMethodName().contains("rite"));
  }

  private long leased() {
    return outbox
        .sql
        .sql("select count(*) from outbox_bucket where expires_at > clock_timestamp()")
        .query(Long.class)
        .single();
  }
}
