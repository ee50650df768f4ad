package io.reliableoutbox.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reliableoutbox.consumer.Publisher.Message;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole processes on a real broker. */
class ConsumptionIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final List<String> CONSUMERS = List.of("email", "inventory", "analytics");
  private final List<ConsumerProcess> processes = new ArrayList<>();
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
    processes.forEach(ConsumerProcess::close);
    publisher.close();
    database.close();
  }

  @Test
  void an_orders_life_reaches_each_consumer_once() throws Exception {
    start();
    var order = UUID.randomUUID();
    publishAll(
        List.of(
            Message.of(order, 1, "order.created"),
            Message.of(order, 2, "order.paid"),
            Message.of(order, 3, "order.cancelled")));
    awaitApplied(3);
    assertThat(outcomes("inventory")).containsExactly("RESERVED", "NOTHING_TO_DO", "RELEASED");
    assertThat(outcomes("email")).containsOnly("MAIL_RECORDED");
    assertThat(outcomes("analytics")).containsExactly("COUNTED", "NOTHING_TO_DO", "COUNTED");
    assertThat(sold())
        .containsEntry("orders", 1L)
        .containsEntry("cancelled_orders", 1L)
        .hasEntrySatisfying("revenue", sum -> assertThat(sum).hasToString("44.80"));
    assertThat(available("SKU-1")).isEqualTo(1_000_000);
  }

  @Test
  void what_was_applied_and_not_acknowledged_is_delivered_again_and_has_one_effect()
      throws Exception {
    try (var proxy = new CuttableProxy(brokerUri)) {
      var cuts = new AtomicInteger();
      AfterCommit.NEXT.set(() -> cuts.set(proxy.cut()));
      var process = start(proxy.uri(), AfterCommit.class);
      publishAll(created(50));
      awaitApplied(50);
      // The fault: cut after the commit, and what had been committed was delivered again.
      assertThat(cuts).hasPositiveValue();
      await().atMost(LIMIT).until(() -> process.count("inbox.duplicates", "inventory") > 0);
      await().atMost(LIMIT).until(() -> publisher.ready("inventory.orders") == 0);
      assertEffects(50);
    }
  }

  @Test
  void two_processes_with_every_message_twice_apply_each_once_and_in_order() throws Exception {
    start();
    start();
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      var order = UUID.randomUUID();
      messages.add(Message.of(order, 1, "order.created"));
      messages.add(Message.of(order, 2, "order.paid"));
      messages.add(Message.of(order, 3, "order.shipped"));
    }
    List<Message> deliveries = new ArrayList<>(messages);
    deliveries.addAll(messages);
    Collections.shuffle(deliveries, new Random(3));
    publishAll(deliveries);
    awaitApplied(messages.size());
    for (String consumer : CONSUMERS) {
      await().atMost(LIMIT).until(() -> count("inbox.duplicates", consumer) == messages.size());
      assertThat(count("inbox.held", consumer)).isPositive();
      assertThat(database.outOfOrder(consumer)).isEmpty();
    }
    assertEffects(60);
  }

  @Test
  void a_deleted_queue_and_a_lost_binding_come_back_by_themselves() throws Exception {
    assumeTrue(
        TestInfrastructure.broker().realRabbit(),
        "the embedded broker does not tell a consumer that its queue was deleted");
    var process = start();
    publisher.channel().queueDelete("inventory.orders");
    publisher.channel().queueUnbind("email.orders", "orders.events", "order.#");
    await().atMost(LIMIT).until(() -> subscribed("inventory.orders"));
    // What is published meanwhile is lost to email; what comes after the repair is not.
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              publishAll(created(1));
              return database.states("email").containsKey("APPLIED");
            });
    await().atMost(LIMIT).until(() -> process.health("broker").equals("UP"));
    var after = created(10);
    publishAll(after);
    for (String consumer : CONSUMERS) {
      for (Message message : after) {
        await().atMost(LIMIT).until(() -> database.state(consumer, message.id()).equals("APPLIED"));
      }
    }
  }

  @Test
  void a_graceful_stop_under_load_leaves_nothing_to_redeliver() throws Exception {
    var process = start();
    publishAll(created(2000));
    await().atMost(LIMIT).until(() -> process.count("inbox.applied", "inventory") > 0);
    processes.clear();
    process.close();
    long applied = database.states("inventory").get("APPLIED");
    // Each message is either applied and gone, or still in the queue and unknown.
    await().atMost(LIMIT).until(() -> publisher.ready("inventory.orders") == 2000 - applied);
    assertThat(applied).isBetween(1L, 2000L);

    var next = start();
    awaitApplied(2000);
    assertThat(next.count("inbox.duplicates", "inventory")).isZero();
    assertEffects(2000);
  }

  @Test
  void a_process_that_gets_sigterm_under_load_finishes_what_it_holds(@TempDir Path logs)
      throws Exception {
    makeQueues();
    publishAll(created(6000));
    try (var child =
        ConsumerChild.start(
            ConsumerApplication.class,
            List.of("-Xmx256m"),
            database,
            brokerUri,
            logs.resolve("consumer.log"))) {
      await()
          .atMost(LIMIT)
          .until(() -> database.states("inventory").getOrDefault("APPLIED", 0L) > 0);
      child.stop();
      assertThat(child.exitValue()).as("by the signal, in good order").isEqualTo(143);
    }
    for (String consumer : CONSUMERS) {
      long applied = database.states(consumer).get("APPLIED");
      await().atMost(LIMIT).until(() -> publisher.ready(consumer + ".orders") == 6000 - applied);
      var next = publisher.channel().basicGet(consumer + ".orders", true);
      assertThat(next).as("stopped in the middle, %s", consumer).isNotNull();
      assertThat(next.getEnvelope().isRedeliver()).isFalse();
    }
  }

  @Test
  void several_workers_of_two_processes_apply_each_event_once_and_in_order() throws Exception {
    start(List.of("--consumer.workers=3", "--consumer.prefetch=20"));
    start(List.of("--consumer.workers=2"));
    List<Message> deliveries = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      var order = UUID.randomUUID();
      deliveries.add(Message.of(order, 1, "order.created"));
      deliveries.add(Message.of(order, 2, "order.paid"));
      deliveries.add(Message.of(order, 3, "order.shipped"));
    }
    int events = deliveries.size();
    int twice = events / 2;
    deliveries.addAll(List.copyOf(deliveries.subList(0, twice)));
    publishAll(deliveries);
    awaitApplied(events);
    for (String consumer : CONSUMERS) {
      await().atMost(LIMIT).until(() -> count("inbox.duplicates", consumer) == twice);
      assertThat(database.outOfOrder(consumer)).isEmpty();
    }
    assertThat(database.attempts()).isZero();
    assertEffects(200);
  }

  @Test
  void what_waits_is_measured() throws Exception {
    var process = start();
    var missing = Message.of(UUID.randomUUID(), 1, "order.created");
    publisher.publish(Message.of(missing.order(), 2, "order.paid"));
    publisher.publish(missing, "{");
    publisher.confirm();
    process.bean(WaitingGauges.class).look();
    System.gc(); // which a gauge must outlive
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              process.bean(WaitingGauges.class).look();
              return process.gauge("inbox.waiting", "email", "PARKED") == 1
                  && process.gauge("inbox.waiting", "email", "HELD") == 1
                  && process.gauge("inbox.oldest.waiting.age", "email", "HELD") > 0
                  && process.gauge("inbox.waiting", "analytics", "RETRYING") == 0
                  && process.gauge("inbox.queue.ready", "email") == 0;
            });
  }

  @Test
  void nonsense_is_parked_and_its_neighbours_are_applied() throws Exception {
    start();
    var unknown = Message.of(UUID.randomUUID(), 1, "order.exploded");
    var broken = Message.of(UUID.randomUUID(), 1, "order.created");
    publisher.publish(unknown);
    publisher.publish(broken, "{");
    publisher.channel().basicPublish("orders.events", "order.bare", null, new byte[] {0, -1});
    publishAll(created(10));
    awaitApplied(10);
    for (String consumer : CONSUMERS) {
      await().atMost(LIMIT).until(() -> database.states(consumer).getOrDefault("PARKED", 0L) == 3);
      assertThat(database.state(consumer, unknown.id())).isEqualTo("PARKED");
      assertThat(database.state(consumer, broken.id())).isEqualTo("PARKED");
    }
  }

  private void makeQueues() {
    var process = start();
    processes.clear();
    process.close();
  }

  private ConsumerProcess start() {
    return start(brokerUri);
  }

  private ConsumerProcess start(List<String> settings) {
    return started(ConsumerProcess.start(database, brokerUri, settings));
  }

  private ConsumerProcess start(String uri, Class<?>... beans) {
    return started(ConsumerProcess.start(database, uri, List.of(), beans));
  }

  private ConsumerProcess started(ConsumerProcess process) {
    processes.add(process);
    await().atMost(LIMIT).until(() -> process.health("broker").equals("UP"));
    return process;
  }

  private void publishAll(List<Message> messages) throws Exception {
    for (Message message : messages) {
      publisher.publish(message);
    }
    publisher.confirm();
  }

  private static List<Message> created(int number) {
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      messages.add(Message.of(UUID.randomUUID(), 1, "order.created"));
    }
    return messages;
  }

  private void awaitApplied(long number) {
    for (String consumer : CONSUMERS) {
      await()
          .atMost(LIMIT)
          .until(() -> database.states(consumer).getOrDefault("APPLIED", 0L) == number);
    }
  }

  /** The effects of so many created orders, each exactly once in each consumer. */
  private void assertEffects(long orders) {
    assertThat(sold()).containsEntry("orders", orders);
    assertThat(available("SKU-1")).isEqualTo(1_000_000 - 2 * orders);
    assertThat(
            database
                .owner()
                .sql("select count(*) from consuming.email where subject like '%received%'")
                .query(Long.class)
                .single())
        .isEqualTo(orders);
  }

  private Map<String, Object> sold() {
    return database.owner().sql("select * from consuming.daily_revenue").query().singleRow();
  }

  private long available(String sku) {
    return database
        .owner()
        .sql("select available from consuming.stock where sku = ?")
        .param(sku)
        .query(Long.class)
        .single();
  }

  private List<String> outcomes(String consumer) {
    return database
        .owner()
        .sql(
            "select outcome from consuming.inbox_state where consumer = ? order by aggregate_version")
        .param(consumer)
        .query(String.class)
        .list();
  }

  private double count(String meter, String consumer) {
    return processes.stream().mapToDouble(process -> process.count(meter, consumer)).sum();
  }

  private boolean subscribed(String queue) {
    try (var connection = new Publisher(brokerUri)) {
      return connection.channel().consumerCount(queue) == 1;
    } catch (Exception missing) {
      return false;
    }
  }
}
