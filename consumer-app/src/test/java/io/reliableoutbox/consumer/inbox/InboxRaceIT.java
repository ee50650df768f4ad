package io.reliableoutbox.consumer.inbox;

import static io.reliableoutbox.consumer.inbox.Probe.CONSUMER;
import static io.reliableoutbox.consumer.inbox.Probe.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.reliableoutbox.consumer.ConsumerDatabase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two processes of one consumer: two inboxes, each with connections of its own. */
class InboxRaceIT {
  private static ConsumerDatabase database;
  private static HikariDataSource onePool;
  private static HikariDataSource otherPool;
  private static final AtomicInteger FLAWS = new AtomicInteger();
  private static final ExecutorService THREADS = Executors.newCachedThreadPool();

  @BeforeAll
  static void prepare() {
    database = new ConsumerDatabase();
    Probe.makeTable(database);
    onePool = database.consumerPool();
    otherPool = database.consumerPool();
  }

  @AfterAll
  static void remove() {
    THREADS.shutdownNow();
    onePool.close();
    otherPool.close();
    database.close();
  }

  @Test
  void the_same_id_in_two_processes_is_applied_by_the_first() throws Exception {
    var event = event("race-commit", 1);
    var goOn = new CountDownLatch(1);
    var one = waiting(goOn);
    var other = new Probe(otherPool);
    Future<?> first = THREADS.submit(() -> one.receive(event));
    Future<?> second = submitUntilItWaits(() -> other.receive(event));
    goOn.countDown();
    first.get();
    second.get();
    assertThat(Probe.effects(database, event.messageId())).isEqualTo(1);
    assertThat(other.meters.get("inbox.duplicates").counter().count()).isEqualTo(1);
  }

  @Test
  void where_the_first_process_rolls_back_the_second_applies() throws Exception {
    var event = event("race-rollback", 1);
    var goOn = new CountDownLatch(1);
    var one = waiting(goOn);
    var inner = one.before;
    one.before =
        e -> {
          inner.accept(e);
          throw new IllegalStateException("rolled back");
        };
    var other = new Probe(otherPool);
    var work = new Work.Deliveries(List.of(event));
    Future<?> first = THREADS.submit(() -> one.inbox.settle(work, null));
    Future<?> second = submitUntilItWaits(() -> other.receive(event));
    goOn.countDown();
    assertThatThrownBy(first::get)
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("rolled back");
    second.get();
    assertThat(Probe.effects(database, event.messageId())).isEqualTo(1);
    assertThat(other.meters.get("inbox.applied").counter().count()).isEqualTo(1);
  }

  @Test
  void a_successor_that_arrives_while_its_predecessor_is_applied_is_not_left_behind()
      throws Exception {
    var first = event("race-order", 1);
    var second = event("race-order", 2);
    var goOn = new CountDownLatch(1);
    var one = waiting(goOn);
    var other = new Probe(otherPool);
    Future<?> predecessor = THREADS.submit(() -> one.receive(first));
    // It would be held, by a look at the progress without its lock, and nobody would let it go.
    Future<?> successor = submitUntilItWaits(() -> other.receive(second));
    goOn.countDown();
    predecessor.get();
    successor.get();
    assertThat(database.state(CONSUMER, second.messageId())).isEqualTo("APPLIED");
    assertThat(database.outOfOrder(CONSUMER)).isEmpty();
  }

  @Test
  void predecessor_and_successor_at_once_are_applied_in_order_each_time() throws Exception {
    var one = new Probe(onePool);
    var other = new Probe(otherPool);
    var barrier = new CyclicBarrier(2);
    List<Event> all = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      var first = event("barrier-" + i, 1);
      var second = event("barrier-" + i, 2);
      all.addAll(List.of(first, second));
      Future<?> a = THREADS.submit(() -> together(barrier, () -> one.receive(first)));
      Future<?> b = THREADS.submit(() -> together(barrier, () -> other.receive(second)));
      a.get();
      b.get();
    }
    one.retry();
    assertAllAppliedOnceInOrder(all);
  }

  @Test
  void competing_processes_with_shuffled_overlapping_flaky_batches_keep_the_history()
      throws Exception {
    var random = new Random(7);
    List<Event> events = new ArrayList<>();
    for (int aggregate = 0; aggregate < 40; aggregate++) {
      for (long version = 1; version <= 6; version++) {
        events.add(event("history-" + aggregate, version));
      }
    }
    List<Probe> processes = List.of(flaky(onePool, 1), flaky(otherPool, 2));
    List<Future<?>> running = new ArrayList<>();
    for (Probe process : processes) {
      // Each gets all of it, in an order of its own: overlapping batches, locked keys crosswise.
      List<Event> deliveries = new ArrayList<>(events);
      Collections.shuffle(deliveries, random);
      running.add(THREADS.submit(() -> consume(process, deliveries)));
    }
    for (Future<?> each : running) {
      each.get();
    }
    assertThat(FLAWS.get()).as("effects failed").isPositive();
    await()
        .until(
            () -> {
              processes.forEach(Probe::retry);
              return database.states(CONSUMER).keySet().equals(Set.of("APPLIED"));
            });
    assertAllAppliedOnceInOrder(events);
  }

  private static void consume(Probe process, List<Event> deliveries) {
    for (int i = 0; i < deliveries.size(); i += 20) {
      process.receive(deliveries.subList(i, i + 20).toArray(Event[]::new));
      process.retry();
    }
  }

  /** Some events fail twice: in their batch, and alone. */
  private static Probe flaky(HikariDataSource pool, int seed) {
    Map<UUID, Integer> failures = new HashMap<>();
    var probe = new Probe(pool);
    probe.before =
        event -> {
          boolean chosen = Math.floorMod(event.messageId().hashCode(), 20) == seed;
          if (chosen && failures.merge(event.messageId(), 1, Integer::sum) <= 2) {
            FLAWS.incrementAndGet();
            throw new IllegalStateException("flaky");
          }
        };
    return probe;
  }

  private static void assertAllAppliedOnceInOrder(List<Event> events) {
    assertThat(events).allMatch(e -> database.state(CONSUMER, e.messageId()).equals("APPLIED"));
    assertThat(events).allMatch(e -> Probe.effects(database, e.messageId()) == 1);
    assertThat(database.outOfOrder(CONSUMER)).isEmpty();
  }

  /** A process that stands still within its transaction, with its locks. */
  private static Probe waiting(CountDownLatch goOn) {
    var probe = new Probe(onePool);
    probe.before =
        event -> {
          try {
            goOn.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    return probe;
  }

  private static Future<?> submitUntilItWaits(Runnable task) {
    await().until(() -> backends("state = 'idle in transaction'") == 1);
    Future<?> running = THREADS.submit(task);
    await().until(() -> backends("wait_event_type = 'Lock'") == 1);
    return running;
  }

  private static long backends(String condition) {
    return database
        .owner()
        .sql(
            "select count(*) from pg_stat_activity where usename = 'consumer_app' and datname = current_database() and "
                + condition)
        .query(Long.class)
        .single();
  }

  private static Void together(CyclicBarrier barrier, Runnable task) throws Exception {
    barrier.await();
    task.run();
    return null;
  }
}
