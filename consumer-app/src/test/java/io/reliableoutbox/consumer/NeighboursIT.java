package io.reliableoutbox.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import io.reliableoutbox.consumer.Publisher.Message;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one consumer, or one message, is stuck with keeps no other from its work. */
class NeighboursIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private final String brokerUri = TestInfrastructure.broker().freshVirtualHost();
  private ConsumerDatabase database;
  private Publisher publisher;

  @BeforeEach
  void connect() throws Exception {
    database = new ConsumerDatabase();
    publisher = new Publisher(brokerUri);
  }

  @AfterEach
  void disconnect() throws Exception {
    publisher.close();
    database.close();
  }

  @Test
  void a_consumer_with_a_backlog_that_does_not_move_keeps_no_other_from_beginning()
      throws Exception {
    start().close();
    publish(300);
    // The fault: whatever email records waits for this lock, so its backlog stays.
    try (var pool = database.consumerPool();
        var blocker = pool.getConnection();
        var statement = blocker.createStatement()) {
      statement.execute("set idle_in_transaction_session_timeout = 0");
      blocker.setAutoCommit(false);
      statement.execute("lock table consuming.email in exclusive mode");
      try (var process = start()) {
        awaitApplied("inventory", 300);
        awaitApplied("analytics", 300);
        assertThat(database.states("email")).isEmpty();
        assertThat(process.health("liveness")).isEqualTo("UP");
        blocker.rollback();
        awaitApplied("email", 300);
      }
    }
  }

  @Test
  void a_message_that_was_delivered_before_and_does_not_end_lets_the_other_consumers_begin()
      throws Exception {
    start().close();
    publish(1);
    for (String queue : List.of("analytics.orders", "email.orders", "inventory.orders")) {
      giveBack(queue);
    }
    try (var pool = database.consumerPool();
        var blocker = pool.getConnection();
        var statement = blocker.createStatement()) {
      // Locks what each of them writes: whoever begins first stands still, and no other may begin.
      statement.execute("set idle_in_transaction_session_timeout = 0");
      blocker.setAutoCommit(false);
      statement.execute("lock table consuming.inbox in exclusive mode");
      try (var process =
          ConsumerProcess.start(database, brokerUri, List.of("--consumer.others-wait=1s"))) {
        // The fault: the first of them waits.
        await().atMost(LIMIT).until(() -> database.backends("wait_event_type = 'Lock'") > 0);
        await().atMost(LIMIT).until(() -> process.health("broker").equals("UP"));
        assertThat(database.states("email")).isEmpty();
        blocker.rollback();
        awaitApplied("email", 1);
        awaitApplied("inventory", 1);
        awaitApplied("analytics", 1);
      }
    }
  }

  /** So that it counts as delivered before. */
  private void giveBack(String queue) throws Exception {
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              var got = publisher.channel().basicGet(queue, false);
              if (got != null) {
                publisher.channel().basicNack(got.getEnvelope().getDeliveryTag(), false, true);
              }
              return got != null && got.getEnvelope().isRedeliver();
            });
  }

  @Test
  void a_dead_letter_with_a_history_that_no_text_column_holds_is_parked_and_the_next_one_too()
      throws Exception {
    try (var process = start()) {
      for (int letter = 0; letter < 2; letter++) {
        publisher
            .channel()
            .basicPublish("", "email.parking", forged(), "{}".getBytes(StandardCharsets.UTF_8));
      }
      publish(5);
      await()
          .atMost(LIMIT)
          .until(() -> database.states("email").equals(Map.of("PARKED", 2L, "APPLIED", 5L)));
      assertThat(process.health("liveness")).isEqualTo("UP");
    }
  }

  @Test
  void a_dead_letter_that_is_too_large_for_the_client_keeps_no_event_from_its_consumer()
      throws Exception {
    start().close();
    publisher
        .channel()
        .basicPublish("", "email.parking", new AMQP.BasicProperties(), new byte[65 << 20]);
    publisher.confirm();
    try (var proxy = new CuttableProxy(brokerUri);
        var process = start(proxy.uri())) {
      for (int round = 1; round <= 3; round++) {
        // The fault: beside the two that there are, it has ended one more.
        int opened = 2 + round;
        await().atMost(LIMIT).until(() -> proxy.accepted() >= opened);
        publish(5);
        awaitApplied("email", 5L * round);
      }
      assertThat(process.health("readiness")).isEqualTo("UP");
    }
  }

  @Test
  void a_process_that_stands_still_within_a_transaction_holds_another_up_for_seconds_only(
      @TempDir Path logs) throws Exception {
    // The other has a broker of its own, so that it is clear who gets which delivery.
    String otherBroker = TestInfrastructure.broker().freshVirtualHost();
    try (var child =
            ConsumerChild.start(
                ConsumerApplication.class,
                List.of("-Xmx256m"),
                database,
                brokerUri,
                logs.resolve("still.log"),
                "--consumer.enabled=inventory");
        var other = start(otherBroker);
        var toOther = new Publisher(otherBroker)) {
      await().atMost(LIMIT).ignoreExceptions().until(() -> consumers("inventory.orders") > 0);
      var event = Message.of(UUID.randomUUID(), 1, "order.created");
      freezeWithinTransaction(child, event);
      toOther.publish(event);
      await().atMost(LIMIT).until(() -> database.backends("wait_event_type = 'Lock'") == 1);

      awaitApplied("inventory", 1);
      assertThat(database.backends("wait_event_type = 'Lock'")).isZero();
      assertThat(other.health("liveness")).isEqualTo("UP");
      child.resume();
      publish(1);
      awaitApplied("inventory", 2);
      assertThat(database.states("inventory")).isEqualTo(Map.of("APPLIED", 2L));
      assertThat(database.attempts()).as("counted for no message").isZero();
    }
  }

  /** The fault: it waits for the stock, is stopped, and then has it without knowing. */
  private void freezeWithinTransaction(ConsumerChild child, Message event) throws Exception {
    try (var pool = database.consumerPool();
        var blocker = pool.getConnection();
        var statement = blocker.createStatement()) {
      statement.execute("set idle_in_transaction_session_timeout = 0");
      blocker.setAutoCommit(false);
      statement.execute("select from consuming.stock for update");
      publisher.publish(event);
      publisher.confirm();
      await().atMost(LIMIT).until(() -> database.backends("wait_event_type = 'Lock'") == 1);
      child.pause();
      blocker.rollback();
    }
    await().atMost(LIMIT).until(() -> database.backends("state = 'idle in transaction'") == 1);
  }

  private long consumers(String queue) throws Exception {
    try (var look = new Publisher(brokerUri)) {
      return look.channel().consumerCount(queue);
    }
  }

  private static AMQP.BasicProperties forged() {
    Map<String, Object> death =
        Map.of(
            "reason", "rejected\0",
            "exchange", "orders\0",
            "queue", "\0",
            "routing-keys", List.of("order\0.created"));
    return new AMQP.BasicProperties.Builder()
        .messageId(UUID.randomUUID().toString())
        .type("order.created")
        .headers(Map.of("x-death", List.of(death), "aggregate_id", "a\0"))
        .build();
  }

  private ConsumerProcess start() {
    return start(brokerUri);
  }

  private ConsumerProcess start(String brokerUri) {
    var process = ConsumerProcess.start(database, brokerUri, List.of());
    await().atMost(LIMIT).until(() -> process.health("broker").equals("UP"));
    return process;
  }

  private void publish(int orders) throws Exception {
    for (int i = 0; i < orders; i++) {
      publisher.publish(Message.of(UUID.randomUUID(), 1, "order.created"));
    }
    publisher.confirm();
  }

  private void awaitApplied(String consumer, long number) {
    await()
        .atMost(LIMIT)
        .until(() -> database.states(consumer).getOrDefault("APPLIED", 0L) == number);
  }
}
