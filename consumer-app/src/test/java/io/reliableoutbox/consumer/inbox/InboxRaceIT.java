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
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

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

  @Test
  void a_deadlock_is_repeated_and_counts_for_no_message() throws Exception {
    database.owner().sql("create table public.probe_lock (id int primary key)").update();
    database.owner().sql("insert into public.probe_lock values (1), (2)").update();
    database.owner().sql("grant select, update on public.probe_lock to consumer_app").update();
    long before = deadlocks();
    var barrier = new CyclicBarrier(2);
    var event = event("deadlock-a", 1);
    var other = event("deadlock-b", 1);
    Future<?> one = THREADS.submit(() -> lockingCrosswise(onePool, barrier, 1, 2).receive(event));
    Future<?> two = THREADS.submit(() -> lockingCrosswise(otherPool, barrier, 2, 1).receive(other));
    one.get();
    two.get();
    // The fault: PostgreSQL ended one of them.
    await().until(() -> deadlocks() > before);
    assertAllAppliedOnceInOrder(List.of(event, other));
    assertThat(database.row(CONSUMER, event.messageId())).containsEntry("attempts", 0);
    assertThat(database.row(CONSUMER, other.messageId())).containsEntry("attempts", 0);
  }

  /** An effect that does what none should: it locks rows unsorted, the first time in step. */
  private static Probe lockingCrosswise(
      HikariDataSource pool, CyclicBarrier barrier, int first, int second) {
    var jdbc = JdbcClient.create(pool);
    var inStep = new AtomicBoolean(true);
    var probe = new Probe(pool);
    probe.before =
        event -> {
          lock(jdbc, first);
          if (inStep.getAndSet(false)) {
            meet(barrier);
          }
          lock(jdbc, second);
        };
    return probe;
  }

  private static void lock(JdbcClient jdbc, int row) {
    jdbc.sql("select id from public.probe_lock where id = ? for update")
        .param(row)
        .query(Integer.class)
        .single();
  }

  private static long deadlocks() {
    return database
        .owner()
        .sql("select deadlocks from pg_stat_database where datname = current_database()")
        .query(Long.class)
        .single();
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
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
    await().until(() -> database.backends("state = 'idle in transaction'") == 1);
    Future<?> running = THREADS.submit(task);
    await().until(() -> database.backends("wait_event_type = 'Lock'") == 1);
    return running;
  }

  private static void together(CyclicBarrier barrier, Runnable task) {
    meet(barrier);
    task.run();
  }
}
