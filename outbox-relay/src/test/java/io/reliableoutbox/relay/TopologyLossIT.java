package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.relay.loop.Relay;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Somebody deletes at the broker what the relay publishes to. */
class TopologyLossIT {
  private static final int EVENTS = 5000;
  private final String uri = TestInfrastructure.broker().freshVirtualHost();

  @Test
  void
      an_exchange_deleted_in_the_middle_costs_no_attempt_and_everything_is_published_once_it_is_bound_again()
          throws Exception {
    try (OutboxFixture outbox = new OutboxFixture();
        QueueHistory history = new QueueHistory(uri);
        SilencingProxy proxy = SilencingProxy.before(uri)) {
      Relay relay = outbox.startRelay(proxy.through(uri));
      outbox.insertMany(EVENTS, 500);
      await().until(() -> outbox.count("PUBLISHED") > 0);
      history.channel.exchangeDelete("orders.events");

      // The relay makes the exchange again; until it is bound every message comes back.
      await().atMost(Duration.ofSeconds(30)).until(relay::isRefusedByAll);
      assertThat(proxy.connections()).as("the channel was closed").isGreaterThan(1);
      long published = outbox.count("PUBLISHED");
      assertThat(published).as("in the middle").isLessThan(EVENTS);
      assertThat(outbox.count("PENDING")).isEqualTo(EVENTS - published);
      await().until(() -> history.firstArrivals().containsAll(outbox.ids("PUBLISHED")));

      history.bind();
      await().atMost(Duration.ofSeconds(60)).until(() -> outbox.count("PUBLISHED") == EVENTS);
      await().until(() -> history.firstArrivals().size() == EVENTS);
      assertThat(outbox.attempts()).isZero();
      Order.assertKept(outbox.sql, history);
    }
  }

  @Test
  void a_deleted_required_queue_holds_the_next_generation_back_and_a_replay_brings_what_it_missed()
      throws Exception {
    try (OutboxFixture outbox = new OutboxFixture();
        QueueHistory history = new QueueHistory(uri);
        QueueHistory second = new QueueHistory(uri, "second", Map.of());
        SilencingProxy proxy = SilencingProxy.before(uri)) {
      Relay relay = outbox.startRelay(proxy.through(uri), requiring("history", "second"));
      outbox.insert("before", "thing.changed");
      await().until(() -> outbox.count("PUBLISHED") == 1);
      String from = outbox.sql.sql("select clock_timestamp()::text").query(String.class).single();

      second.channel.queueDelete("second");
      List<String> missed = insert(outbox, "missed", 10);
      await().until(() -> outbox.count("PUBLISHED") == 11);
      assertThat(history.ids()).as("acked, as one queue took them").containsAll(missed);

      proxy.cutAll();
      await().until(() -> relay.brokerState().contains("required queue second"));
      List<String> waiting = insert(outbox, "waiting", 10);
      await()
          .during(Duration.ofSeconds(1))
          .until(() -> outbox.ids("PENDING").equals(waiting) && history.ids().size() == 11);

      try (QueueHistory madeAgain = new QueueHistory(uri, "second", Map.of())) {
        madeAgain.consume();
        await().atMost(Duration.ofSeconds(30)).until(() -> outbox.count("PUBLISHED") == 21);
        await().until(() -> madeAgain.firstArrivals().containsAll(waiting));
        assertThat(madeAgain.ids()).doesNotContainAnyElementsOf(missed);
        assertThat(outbox.attempts()).isZero();

        assertThat(
                outbox.operator(
                    "select ordering.replay_range('%s', clock_timestamp())".formatted(from)))
            .isEqualTo("20");
        await().until(() -> madeAgain.firstArrivals().containsAll(missed));
        await().until(() -> madeAgain.all().size() == 30);
      }
    }
  }

  private static RelaySettings requiring(String... queues) {
    RelaySettings standard = OutboxFixture.settings();
    return OutboxFixture.settings(
        standard.lease(), standard.confirmTimeout(), standard.parkAfter(), List.of(queues));
  }

  private static List<String> insert(OutboxFixture outbox, String prefix, int events) {
    return IntStream.range(0, events)
        .mapToObj(n -> outbox.insert(prefix + n, "thing.changed"))
        .toList();
  }
}
