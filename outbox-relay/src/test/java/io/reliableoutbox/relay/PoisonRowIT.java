package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reliableoutbox.lab.infrastructure.BrokerServer;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.relay.loop.Relay;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows that close the channel each time, written past the outbox's checks. */
class PoisonRowIT {
  private static final int ATTEMPTS_BEFORE_PARKING = 5;
  private static final int NEIGHBOURS = 100;
  private static final int BEHIND = 20;
  private final BrokerServer broker = TestInfrastructure.broker();
  private final String uri = broker.freshVirtualHost();
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
  void a_header_that_the_broker_closes_the_channel_for_is_parked_with_the_broker_s_reason()
      throws Exception {
    assumeTrue(broker.realRabbit(), "CC is RabbitMQ's; here runs " + broker.label());
    outbox.database.execute(
        "alter table ordering.outbox drop constraint headers_are_flat_and_not_reserved");
    String poison = insert("thing.changed", "{\"CC\": \"no list\"}");
    assertThat(endOf(poison)).contains("PRECONDITION_FAILED");
  }

  @Test
  void an_event_type_that_no_message_can_have_is_parked_and_costs_the_others_nothing()
      throws Exception {
    outbox.database.execute(
        "alter table ordering.outbox drop constraint event_type_is_1_to_255_bytes_of_text");
    String poison = insert("x".repeat(256), "{}");
    assertThat(endOf(poison)).contains("the message can't be made");
  }

  @Test
  void an_event_type_that_may_not_be_written_is_refused_for_itself_and_costs_the_others_nothing() {
    assumeTrue(
        broker.realRabbit(), "topic permissions are RabbitMQ's; here runs " + broker.label());
    broker.runCtl(
        "set_topic_permissions", "-p", virtualHost(), user(), "orders.events", "^thing", ".*");
    String forbidden = insert("secret.thing", "{}");
    List<String> behind = events("poisoned", BEHIND, false);
    List<String> neighbours = events("n", NEIGHBOURS, true);
    RelaySettings standard = OutboxFixture.settings();
    outbox.startRelay(
        uri,
        OutboxFixture.settings(
            standard.lease(), standard.confirmTimeout(), Duration.ofMillis(1), List.of()));

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> outbox.ids("PUBLISHED").containsAll(neighbours));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              // Only what is taken meanwhile shows that it isn't everybody who may not write.
              outbox.insert("another", "thing.changed");
              return outbox.state(forbidden).equals("PARKED");
            });
    assertThat(
            outbox.operator("select last_error from ordering.outbox_state where state = 'PARKED'"))
        .contains("ACCESS_REFUSED");
    assertThat(outbox.attempts()).isEqualTo(ATTEMPTS_BEFORE_PARKING);
    await().until(() -> outbox.ids("BLOCKED").equals(behind));
    assertThat(history.ids()).doesNotContain(forbidden);
  }

  @Test
  void where_nothing_may_be_written_no_attempt_is_spent_until_it_may() {
    assumeTrue(broker.realRabbit(), "permissions are RabbitMQ's; here runs " + broker.label());
    Relay relay = outbox.startRelay(uri);
    await().until(() -> relay.brokerState().equals(Relay.CONNECTED) && relay.buckets() == 64);
    broker.runCtl("set_permissions", "-p", virtualHost(), user(), ".*", "^none$", ".*");
    List<String> events = events("n", NEIGHBOURS, true);
    await().atMost(Duration.ofSeconds(30)).until(relay::isRefusedByAll);
    assertThat(outbox.ids("PENDING")).isEqualTo(events);
    assertThat(outbox.attempts()).isZero();

    broker.runCtl("set_permissions", "-p", virtualHost(), user(), ".*", ".*", ".*");
    await().atMost(Duration.ofSeconds(60)).until(() -> outbox.ids("PUBLISHED").equals(events));
    assertThat(outbox.attempts()).isZero();
  }

  private String virtualHost() {
    return URI.create(uri).getPath().substring(1);
  }

  private String user() {
    String userInfo = URI.create(uri).getUserInfo();
    return userInfo.substring(0, userInfo.indexOf(':'));
  }

  /** What becomes of the poisoned aggregate and of the others; returns the reason. */
  private String endOf(String poison) throws Exception {
    List<String> behind = events("poisoned", BEHIND, false);
    List<String> neighbours = events("n", NEIGHBOURS, true);
    RelaySettings standard = OutboxFixture.settings();
    try (SilencingProxy proxy = SilencingProxy.before(uri)) {
      outbox.startRelay(
          proxy.through(uri),
          OutboxFixture.settings(
              standard.lease(), standard.confirmTimeout(), Duration.ofMillis(1), List.of()));

      await().atMost(Duration.ofSeconds(30)).until(() -> outbox.state(poison).equals("RETRYING"));
      assertThat(proxy.connections()).as("the channel was closed").isGreaterThan(1);
      await().until(() -> outbox.ids("PUBLISHED").equals(neighbours));
      assertThat(outbox.state(poison)).as("meanwhile").isEqualTo("RETRYING");

      await().atMost(Duration.ofSeconds(60)).until(() -> outbox.state(poison).equals("PARKED"));
      await().until(() -> outbox.ids("BLOCKED").equals(behind));
      await().until(() -> outbox.stored("BLOCKED") == BEHIND);
      assertThat(outbox.attempts()).isEqualTo(ATTEMPTS_BEFORE_PARKING);
      // One for the pipeline that nobody could be named for; then only the channel for single rows.
      assertThat(proxy.connections()).as("no hot loop").isEqualTo(2);
      await().until(() -> history.firstArrivals().size() >= neighbours.size());
      assertThat(history.firstArrivals()).containsExactlyInAnyOrderElementsOf(neighbours);

      String reason =
          outbox.operator("select last_error from ordering.outbox_state where state = 'PARKED'");
      assertThat(outbox.skip(poison)).isEqualTo("skipped");
      await().until(() -> outbox.ids("PUBLISHED").containsAll(behind));
      await().until(() -> history.firstArrivals().containsAll(behind));
      assertThat(history.ids()).doesNotContain(poison).containsSubsequence(behind);
      return reason;
    }
  }

  private List<String> events(String prefix, int events, boolean numbered) {
    return IntStream.range(0, events)
        .mapToObj(n -> outbox.insert(numbered ? prefix + n : prefix, "thing.changed"))
        .toList();
  }

  private String insert(String eventType, String headers) {
    return outbox
        .sql
        .sql(
            """
            insert into outbox (aggregate_type, aggregate_id, event_type, payload, headers)
            values ('thing', 'poisoned', :type, '{}', :headers::jsonb) returning id::text
            """)
        .param("type", eventType)
        .param("headers", headers)
        .query(String.class)
        .single();
  }
}
