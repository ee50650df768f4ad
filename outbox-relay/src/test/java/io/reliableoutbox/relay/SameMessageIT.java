package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.relay.loop.Relay;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message whose confirm got lost comes again, by this relay or another: the same in all. */
class SameMessageIT {
  private final String uri = TestInfrastructure.broker().freshVirtualHost();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_message_that_is_sent_again_after_a_lost_confirm_is_the_same_in_every_field(
      boolean byAnotherRelay) throws Exception {
    try (OutboxFixture outbox = new OutboxFixture();
        QueueHistory history = new QueueHistory(uri);
        SilencingProxy proxy = SilencingProxy.before(uri)) {
      Relay first = outbox.startRelay(proxy.through(uri), patient());
      await().until(() -> first.brokerState().equals(Relay.CONNECTED) && first.buckets() == 64);
      String copied = outbox.insert("copied", "thing.changed");
      await().until(() -> outbox.count("PUBLISHED") == 1);

      proxy.holdAnswers();
      insertOfAllKinds(outbox);
      assertThat(outbox.replay(copied)).isEqualTo("replayed: sent as one more copy");
      await().until(() -> history.all().size() == 6);
      assertThat(outbox.count("PENDING")).as("at the broker, not confirmed").isEqualTo(4);
      proxy.cutAll();
      if (byAnotherRelay) {
        first.stop();
        outbox.startRelay(uri);
      } else {
        proxy.open();
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> outbox.count("PENDING") == 0);
      await().until(() -> history.all().size() == 11);

      assertThat(history.firstArrivals()).hasSize(5);
      history.firstArrivals().forEach(id -> assertSame(captures(history, id, copied)));
      assertThat(headers(history)).contains("replay", "skipped", "tenant", "aggregate_version");
      assertThat(proxy.connections()).as("cut").isGreaterThan(byAnotherRelay ? 0 : 1);
    }
  }

  private static void assertSame(List<QueueHistory.Received> captures) {
    QueueHistory.Received first = captures.get(0);
    assertThat(captures).hasSize(2);
    for (QueueHistory.Received again : captures) {
      assertThat(again.routingKey()).isEqualTo(first.routingKey());
      assertThat(again.body()).isEqualTo(first.body());
      assertThat(again.properties().getMessageId()).isEqualTo(first.id());
      assertThat(again.properties().getHeaders()).isEqualTo(first.properties().getHeaders());
      assertThat(again.properties()).isEqualTo(first.properties());
    }
  }

  // Of the event that was replayed the publication that came first had no "replay" yet.
  private static List<QueueHistory.Received> captures(
      QueueHistory history, String id, String copied) {
    return history.all().stream()
        .filter(message -> message.id().equals(id))
        .skip(id.equals(copied) ? 1 : 0)
        .toList();
  }

  private static Set<String> headers(QueueHistory history) {
    return history.all().stream()
        .flatMap(message -> message.properties().getHeaders().keySet().stream())
        .collect(Collectors.toSet());
  }

  private static void insertOfAllKinds(OutboxFixture outbox) {
    outbox.insert("plain", "thing.changed");
    outbox.insertVersion("versioned", 1);
    outbox
        .sql
        .sql(
            """
            insert into outbox (aggregate_type, aggregate_id, event_type, payload, headers)
            values ('thing', 'headers', 'thing.changed', '{"b":   1, "a": "\\u00e9é"}',
                    '{"tenant": "blue", "ratio": 0.1, "big": 9223372036854775808, "n": null, "t": true}')
            """)
        .update();
    // In one transaction, so that the relay sees only the tombstone.
    outbox.database.execute(
        """
        do $$
        begin
          insert into ordering.outbox (aggregate_type, aggregate_id, aggregate_version, event_type, payload)
          values ('thing', 'tombstone', 1, 'thing.changed', '{}');
          update ordering.outbox_delivery set tombstone = true
          where position = (select max(position) from ordering.outbox);
        end
        $$
        """);
  }

  private static RelaySettings patient() {
    return OutboxFixture.settings(
        Duration.ofSeconds(20), Duration.ofSeconds(15), Duration.ofHours(1), List.of());
  }
}
