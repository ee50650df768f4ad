package io.reliableoutbox.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import io.reliableoutbox.consumer.Publisher.Message;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random messages straight into each queue; {@code -Dfuzz.messages=10000} for more of them, {@code
 * -Dfuzz.seed=...} for others.
 */
class FuzzIT {
  private static final int MESSAGES = Integer.getInteger("fuzz.messages", 500);
  private static final long SEED = Long.getLong("fuzz.seed", 42);
  private static final int MESSAGES_A_NEIGHBOUR = 5;
  private static final Duration LIMIT = Duration.ofSeconds(60 + MESSAGES / 20);
  private static final List<String> CONSUMERS = List.of("email", "inventory", "analytics");
  @TempDir private Path logs;
  private ConsumerDatabase database;
  private String brokerUri;
  private Publisher publisher;

  @BeforeEach
  void prepare() throws Exception {
    database = new ConsumerDatabase();
    brokerUri = TestInfrastructure.broker().freshVirtualHost();
    publisher = new Publisher(brokerUri);
  }

  @AfterEach
  void remove() throws Exception {
    publisher.close();
    database.close();
  }

  @Test
  void each_random_message_is_parked_its_neighbours_are_applied_and_the_process_lives()
      throws Exception {
    try (var process = start()) {
      awaitQueues();
      long neighbours = 0;
      for (int i = 0; i < MESSAGES; i++) {
        for (int q = 0; q < CONSUMERS.size(); q++) {
          var nonsense = RandomMessage.of(SEED + (long) i * CONSUMERS.size() + q);
          publisher
              .channel()
              .basicPublish(
                  "", CONSUMERS.get(q) + ".orders", nonsense.properties(), nonsense.body());
        }
        if (i % MESSAGES_A_NEIGHBOUR == 0) {
          publisher.publish(Message.of(UUID.randomUUID(), 1, "order.created"));
          neighbours++;
        }
        if (i % 100 == 0) {
          publisher.confirm();
        }
      }
      publisher.confirm();
      awaitStates(Map.of("APPLIED", neighbours, "PARKED", (long) MESSAGES), process);
      assertThat(reasons()).containsKeys("MALFORMED", "PERMANENT").doesNotContainKey("STALE");
      assertThat(process.alive()).isTrue();
    }
  }

  @Test
  void messages_larger_than_the_heap_together_do_not_end_the_process() throws Exception {
    try (var process = start()) {
      awaitQueues();
      // So that it asks for 200 at a time.
      List<Message> small = new ArrayList<>();
      for (int i = 0; i < 600; i++) {
        small.add(Message.of(UUID.randomUUID(), 1, "order.created"));
        publisher.publish(small.get(i));
      }
      publisher.confirm();
      awaitStates(Map.of("APPLIED", 600L), process);
      byte[] large = "x".repeat(1 << 20).getBytes(StandardCharsets.ISO_8859_1);
      var order = new AMQP.BasicProperties.Builder().type("order.created");
      for (int i = 0; i < 100; i++) {
        // In all three queues: 300 MiB, for a heap of 192.
        publisher
            .channel()
            .basicPublish(
                "orders.events",
                "order.created",
                order.appId("app-" + i).messageId("n" + i).build(),
                large);
        if (i % 20 == 0) {
          publisher.confirm();
        }
      }
      publisher.confirm();
      awaitStates(Map.of("APPLIED", 600L, "PARKED", 100L), process);
      assertThat(process.alive()).isTrue();
    }
  }

  private ConsumerChild start() {
    return ConsumerChild.start(
        ConsumerApplication.class,
        List.of("-Xmx192m", "-XX:+ExitOnOutOfMemoryError"),
        database,
        brokerUri,
        logs.resolve("consumer.log"));
  }

  private void awaitQueues() {
    for (String consumer : CONSUMERS) {
      await()
          .atMost(LIMIT)
          .ignoreExceptions()
          .until(
              () -> {
                try (var look = new Publisher(brokerUri)) {
                  return look.channel().consumerCount(consumer + ".orders") > 0;
                }
              });
    }
  }

  private void awaitStates(Map<String, Long> states, ConsumerChild process) {
    for (String consumer : CONSUMERS) {
      await(consumer)
          .atMost(LIMIT)
          .failFast(() -> !process.alive())
          .until(() -> database.states(consumer), states::equals);
    }
  }

  private Map<String, Long> reasons() {
    Map<String, Long> reasons = new java.util.TreeMap<>();
    database
        .owner()
        .sql("select reason, count(*) from consuming.parked group by reason")
        .query((row, n) -> reasons.put(row.getString(1), row.getLong(2)))
        .list();
    return reasons;
  }
}
