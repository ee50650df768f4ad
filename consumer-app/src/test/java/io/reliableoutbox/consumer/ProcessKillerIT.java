package io.reliableoutbox.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reliableoutbox.consumer.Publisher.Message;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages that end whoever takes them, and a supervisor that starts the process again. */
class ProcessKillerIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int NEIGHBOURS = 300;
  // Of the broker's 20, so that it takes 5 starts and not 21.
  private static final int DELIVERY_LIMIT = 4;
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
  void a_message_that_ends_the_process_each_time_is_parked_and_its_neighbours_are_not()
      throws Exception {
    assumeTrue(TestInfrastructure.broker().realRabbit(), "quorum queues count deliveries");
    makeQueues();
    var killer = Message.of(UUID.randomUUID(), 1, "order.created");
    var successor = Message.of(killer.order(), 2, "order.paid");
    publishNeighbours(NEIGHBOURS / 2);
    publisher.publish(killer, body(killer, FaultyConsumer.HALTING));
    publisher.publish(successor);
    publishNeighbours(NEIGHBOURS / 2);
    publisher.confirm();

    int halts = superviseUntil(() -> isParked(killer) && neighboursAreApplied());

    assertThat(halts).as("ended by it, until the broker gave it up").isEqualTo(DELIVERY_LIMIT + 1);
    assertThat(database.states("inventory"))
        .isEqualTo(Map.of("APPLIED", (long) NEIGHBOURS, "PARKED", 1L, "HELD", 1L));
    for (String consumer : List.of("email", "analytics")) {
      assertThat(database.states(consumer)).isEqualTo(Map.of("APPLIED", NEIGHBOURS + 2L));
    }
    assertThat(parked(killer))
        .containsEntry("reason", "DELIVERY_LIMIT")
        .containsEntry("origin", "orders.events/order.created")
        .containsEntry("body", body(killer, FaultyConsumer.HALTING))
        .containsEntry("held_behind", 1L);
    assertThat(publisher.ready("inventory.parking")).isZero();
  }

  @Test
  void a_process_of_which_a_thread_dies_ends_and_another_applies_what_it_held() throws Exception {
    var killer = Message.of(UUID.randomUUID(), 1, "order.created");
    Path log = logs.resolve("dying.log");
    try (var dying = start(FaultyConsumer.class, log)) {
      awaitConsumer("inventory.orders");
      publisher.publish(killer, body(killer, FaultyConsumer.DYING));
      publisher.confirm();
      await().atMost(LIMIT).until(() -> !dying.alive());
      assertThat(dying.exitValue()).isEqualTo(3);
      assertThat(Files.readString(log)).contains("thread inventory died", "as if, in inventory");
      assertThat(database.state("inventory", killer.id())).isEqualTo("UNKNOWN");
    }
    try (var healthy = ConsumerProcess.start(database, brokerUri, List.of())) {
      await().atMost(LIMIT).until(() -> healthy.health("liveness").equals("UP"));
      await().atMost(LIMIT).until(() -> database.state("inventory", killer.id()).equals("APPLIED"));
    }
  }

  private void makeQueues() throws Exception {
    String host = URI.create(brokerUri).getPath().substring(1);
    TestInfrastructure.broker()
        .runCtl(
            "set_policy",
            "-p",
            host,
            "fewer",
            "\\.orders$",
            "{\"delivery-limit\":" + DELIVERY_LIMIT + "}",
            "--apply-to",
            "queues");
    try (var first = ConsumerProcess.start(database, brokerUri, List.of())) {
      await().atMost(LIMIT).until(() -> first.health("broker").equals("UP"));
    }
  }

  /** Starts a process whenever there is none; returns how often one was ended by a message. */
  private int superviseUntil(Condition reached) throws Exception {
    int halts = 0;
    for (int start = 1; start <= DELIVERY_LIMIT + 6; start++) {
      try (var child = start(FaultyConsumer.class, logs.resolve("child.log"))) {
        await().atMost(LIMIT).until(() -> !child.alive() || reached.holds());
        if (reached.holds()) {
          return halts;
        }
        assertThat(child.exitValue()).as(child.lastLine()).isEqualTo(FaultyConsumer.HALTED);
        halts++;
      }
    }
    throw new AssertionError("not after " + halts + " halts: " + database.states("inventory"));
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private boolean neighboursAreApplied() {
    return database.states("inventory").getOrDefault("APPLIED", 0L) == NEIGHBOURS
        && database.states("email").getOrDefault("APPLIED", 0L) == NEIGHBOURS + 2
        && database.states("analytics").getOrDefault("APPLIED", 0L) == NEIGHBOURS + 2;
  }

  private boolean isParked(Message message) {
    return database.state("inventory", message.id()).equals("PARKED");
  }

  private ConsumerChild start(Class<?> main, Path log) {
    return ConsumerChild.start(main, List.of("-Xmx256m"), database, brokerUri, log);
  }

  private void awaitConsumer(String queue) {
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .until(
            () -> {
              try (var look = new Publisher(brokerUri)) {
                return look.channel().consumerCount(queue) > 0;
              }
            });
  }

  private void publishNeighbours(int number) throws Exception {
    for (int i = 0; i < number; i++) {
      publisher.publish(Message.of(UUID.randomUUID(), 1, "order.created"));
    }
  }

  private static String body(Message message, String customer) {
    return Publisher.body(message).replace("customer-42", customer);
  }

  private Map<String, Object> parked(Message message) {
    return database
        .owner()
        .sql("select * from consuming.parked where consumer = 'inventory' and message_id = ?")
        .param(message.id())
        .query()
        .singleRow();
  }
}
