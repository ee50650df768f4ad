package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.DefaultConsumer;
import io.reliableoutbox.lab.infrastructure.BrokerServer;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A queue that is full for some of the messages: the broker nacks these and takes the others. */
class RefusedRowsIT {
  private static final int NACKED = 6;

  @Test
  void nacked_rows_come_again_after_delays_that_differ_and_their_neighbours_flow()
      throws Exception {
    BrokerServer broker = TestInfrastructure.broker();
    assumeTrue(broker.realRabbit(), "x-max-length needs RabbitMQ; here runs " + broker.label());
    String uri = broker.freshVirtualHost();
    try (OutboxFixture outbox = new OutboxFixture();
        QueueHistory history = new QueueHistory(uri)) {
      fullQueue(history);
      List<String> nacked = insert(outbox, "n", "tight.thing", NACKED);
      List<String> behind = insert(outbox, "n", "good.thing", NACKED);
      List<String> good = insert(outbox, "g", "good.thing", 50);
      outbox.startRelay(uri);

      Map<String, Long> delays = new HashMap<>();
      await()
          .pollInterval(Duration.ofMillis(20))
          .until(
              () -> {
                collectFirstDelays(outbox, delays);
                return delays.size() == NACKED;
              });
      assertThat(delays.keySet()).containsExactlyInAnyOrderElementsOf(nacked);
      assertThat(delays.values()).allMatch(millis -> millis >= 500);
      assertThat(new HashSet<>(delays.values())).as("jitter").hasSizeGreaterThan(1);
      await().until(() -> outbox.ids("PUBLISHED").containsAll(good));
      assertThat(outbox.ids("RETRYING")).hasSize(NACKED);
      assertThat(outbox.ids("PENDING")).isEqualTo(behind);
      assertThat(errors(outbox)).containsOnly("nack by the broker");

      history.channel.basicConsume("full", true, new DefaultConsumer(history.channel));
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> outbox.count("PUBLISHED") == 2 * NACKED + good.size());
      await().until(() -> history.firstArrivals().size() == 2 * NACKED + good.size());
      Order.assertKept(outbox.sql, history);
    }
  }

  // Takes "tight" messages beside the history, and has no room for any.
  private static void fullQueue(QueueHistory history) throws Exception {
    Map<String, Object> arguments = Map.of("x-max-length", 1, "x-overflow", "reject-publish");
    history.channel.queueDeclare("full", true, false, false, arguments);
    history.channel.queueBind("full", "orders.events", "tight.#");
    history.channel.confirmSelect();
    history.channel.basicPublish("", "full", null, new byte[0]);
    assertThat(history.channel.waitForConfirms(10_000)).isTrue();
  }

  private static List<String> insert(OutboxFixture outbox, String prefix, String type, int n) {
    return IntStream.range(0, n).mapToObj(i -> outbox.insert(prefix + i, type)).toList();
  }

  private static void collectFirstDelays(OutboxFixture outbox, Map<String, Long> delays) {
    outbox
        .sql
        .sql(
            """
            select o.id::text, extract(milliseconds from d.next_attempt_at - d.first_failed_at)::bigint
            from outbox_delivery d join outbox o using (position)
            where d.state = 'RETRYING' and d.attempts = 1
            """)
        .query(
            row -> {
              delays.put(row.getString(1), row.getLong(2));
            });
  }

  private static List<String> errors(OutboxFixture outbox) {
    return outbox
        .sql
        .sql("select last_error from outbox_delivery where state = 'RETRYING'")
        .query(String.class)
        .list();
  }
}
