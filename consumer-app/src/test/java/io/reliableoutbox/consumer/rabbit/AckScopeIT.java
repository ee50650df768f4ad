package io.reliableoutbox.consumer.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.reliableoutbox.consumer.Publisher;
import io.reliableoutbox.consumer.Publisher.Message;
import io.reliableoutbox.consumer.inbox.Deliveries.Batch;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two batches are in flight, the later one commits and is acknowledged, then the process dies. */
class AckScopeIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int BATCH = 5;
  private String brokerUri;
  private Publisher publisher;

  @BeforeEach
  void prepare() throws Exception {
    brokerUri = TestInfrastructure.broker().freshVirtualHost();
    publisher = new Publisher(brokerUri);
  }

  @AfterEach
  void remove() throws Exception {
    publisher.close();
  }

  @Test
  void an_ack_never_covers_a_batch_of_another_worker() throws Exception {
    assertThat(lostWith(2)).isEmpty();
  }

  @Test
  void the_mutant_in_which_two_workers_share_a_channel_loses_a_batch() throws Exception {
    assertThat(lostWith(1)).isNotEmpty();
  }

  /** Messages that were neither in the acknowledged batch nor are delivered again. */
  private Set<UUID> lostWith(int channels) throws Exception {
    Set<UUID> lost = new TreeSet<>();
    Connection connection = connect();
    try {
      List<Subscription> subscriptions = new ArrayList<>();
      for (int i = 0; i < channels; i++) {
        subscriptions.add(Subscription.toEvents("inventory", 2 * BATCH / channels, LIMIT));
        subscriptions.get(i).ensure(connection, true, () -> {});
      }
      for (int i = 0; i < 2 * BATCH; i++) {
        var message = Message.of(UUID.randomUUID(), 1, "order.created");
        publisher.publish(message);
        lost.add(message.id());
      }
      publisher.confirm();
      await()
          .atMost(LIMIT)
          .until(
              () -> {
                for (Subscription each : subscriptions) {
                  each.ensure(connection, true, () -> {});
                }
                return publisher.ready("inventory.orders") == 0;
              });

      // Of the mutant the two workers share one channel's deliveries, of the real thing each has
      // its
      // own, all of them in one batch.
      int limit = channels == 1 ? BATCH : 2 * BATCH;
      Batch earlier = take(subscriptions.get(0), limit);
      Batch later = take(subscriptions.get(channels - 1), limit);
      assertThat(earlier.messages()).isNotEmpty();
      assertThat(later.messages()).isNotEmpty();
      later.acknowledge();
      later.messages().forEach(message -> lost.remove(message.messageId()));
    } finally {
      connection.abort();
    }
    lost.removeAll(deliveredAgain());
    return lost;
  }

  private static Batch take(Subscription subscription, int limit) throws InterruptedException {
    return subscription.deliveries().next(limit, LIMIT);
  }

  private Set<UUID> deliveredAgain() throws Exception {
    Set<UUID> ids = new TreeSet<>();
    // Whatever is left is given back with the end of the connection.
    await()
        .atMost(LIMIT)
        .during(Duration.ofSeconds(1))
        .until(
            () -> {
              var got = publisher.channel().basicGet("inventory.orders", false);
              if (got != null) {
                ids.add(UUID.fromString(got.getProps().getMessageId()));
              }
              return got == null;
            });
    return ids;
  }

  private Connection connect() throws Exception {
    var factory = new ConnectionFactory();
    factory.setUri(brokerUri);
    factory.setAutomaticRecoveryEnabled(false);
    return factory.newConnection("workers");
  }
}
