package io.reliableoutbox.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reliableoutbox.consumer.Publisher.Message;
import io.reliableoutbox.lab.infrastructure.BrokerServer;
import io.reliableoutbox.lab.infrastructure.Infrastructure;
import io.reliableoutbox.lab.infrastructure.Options;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A broker of its own, that closes connections, is killed and comes back. */
class BrokerReturnIT {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @Test
  void closed_connections_and_a_killed_broker_are_subscribed_to_again_and_nothing_is_lost()
      throws Exception {
    assumeTrue(TestInfrastructure.broker().realRabbit(), "the embedded broker keeps nothing");
    var database = new ConsumerDatabase();
    try (BrokerServer broker =
        Infrastructure.broker(TestInfrastructure.choice(), Options.forTests())) {
      String uri = broker.amqpUri();
      try (var process = ConsumerProcess.start(database, uri, List.of())) {
        await().atMost(LIMIT).until(() -> process.health("broker").equals("UP"));
        publish(uri, 500);
        broker.runCtl("close_all_connections", "by the test");
        awaitApplied(database, 500);

        publish(uri, 500);
        // Within about a second after a queue was declared a kill costs it its leader, for ever
        // (rabbitmq-server issue 10070).
        await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
        long killed = broker.pid();
        broker.kill();
        await().atMost(LIMIT).until(() -> process.health("broker").equals("DOWN"));
        assertThat(process.health("liveness")).isEqualTo("UP");
        broker.start();
        assertThat(broker.pid()).isNotEqualTo(killed);
        awaitApplied(database, 1000);
        publish(uri, 100);
        awaitApplied(database, 1100);
        assertThat(process.health("broker")).isEqualTo("UP");
      }
    }
    assertThat(database.attempts()).isZero();
    database.close();
  }

  private static void publish(String uri, int number) throws Exception {
    try (var publisher = new Publisher(uri)) {
      for (int i = 0; i < number; i++) {
        publisher.publish(Message.of(UUID.randomUUID(), 1, "order.created"));
      }
      publisher.confirm();
    }
  }

  private static void awaitApplied(ConsumerDatabase database, long number) {
    for (String consumer : List.of("email", "inventory", "analytics")) {
      await()
          .atMost(LIMIT)
          .until(() -> database.states(consumer).equals(Map.of("APPLIED", number)));
    }
  }
}
