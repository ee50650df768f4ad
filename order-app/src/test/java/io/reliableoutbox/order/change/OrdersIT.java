package io.reliableoutbox.order.change;

import static io.reliableoutbox.order.RunningOrderApp.ORDER;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.order.Answer;
import io.reliableoutbox.order.Ledger;
import io.reliableoutbox.order.NewOrder;
import io.reliableoutbox.order.OrderLine;
import io.reliableoutbox.order.OrderStep;
import io.reliableoutbox.order.RunningOrderApp;
import io.reliableoutbox.order.TestSchema;
import io.reliableoutbox.order.outbox.OutboxEvent;
import io.reliableoutbox.order.outbox.OutboxWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionTemplate;

/** W1 to W4, on the running application. */
class OrdersIT {
  private static final NewOrder WANTED =
      new NewOrder("c", "EUR", List.of(new OrderLine("SKU-1", 1, new BigDecimal("1.00"))));
  private static final List<OrderStep> STEPS = List.of(OrderStep.values());
  private static RunningOrderApp app;
  private static JdbcClient observer;

  @BeforeAll
  static void start() {
    var database = TestSchema.fresh();
    app = RunningOrderApp.on(database);
    observer = TestSchema.observer(database);
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  @AfterEach
  void orders_and_outbox_agree() {
    assertThat(Ledger.disagreements(observer)).isEmpty();
  }

  @Test
  void rolled_back_order_leaves_no_outbox_row() {
    long orders = Ledger.orders(observer);
    long events = Ledger.events(observer);
    var transaction = app.part(TransactionTemplate.class);
    var undone = new ArrayList<Placement>();
    assertThatThrownBy(
            () ->
                transaction.executeWithoutResult(
                    status -> {
                      undone.add(app.part(Orders.class).place(WANTED, "undone"));
                      throw new IllegalStateException("after the outbox insert");
                    }))
        .hasMessage("after the outbox insert");
    assertThat(undone).singleElement().isInstanceOf(Placement.Placed.class);
    assertThat(Ledger.orders(observer)).isEqualTo(orders);
    assertThat(Ledger.events(observer)).isEqualTo(events);
    assertThat(app.part(Orders.class).place(WANTED, "undone")).isInstanceOf(Placement.Placed.class);
  }

  @Test
  void the_outbox_writer_refuses_to_work_outside_a_transaction() {
    long events = Ledger.events(observer);
    var event =
        new OutboxEvent(
            UUID.randomUUID(), "t", "1", 1, "t.happened", "{}", Map.of(), Instant.now());
    assertThatThrownBy(() -> app.part(OutboxWriter.class).append(event))
        .isInstanceOf(IllegalTransactionStateException.class);
    assertThat(Ledger.events(observer)).isEqualTo(events);
  }

  @Test
  void thirty_two_clients_on_one_order_make_each_version_once() throws Exception {
    UUID id = UUID.fromString(app.placed());
    var orders = app.part(Orders.class);
    var outcomes =
        together(
            32,
            n -> {
              OrderStep step = STEPS.get(n % 3);
              return orders.change(id, step).getClass().getSimpleName();
            });
    long done = outcomes.stream().filter("Done"::equals).count();
    assertThat(done).isGreaterThanOrEqualTo(1);
    assertThat(
            observer
                .sql(
                    """
                    select aggregate_version from ordering.outbox
                    where aggregate_id = :id order by position
                    """)
                .param("id", id.toString())
                .query(Long.class)
                .list())
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, (int) done + 1).mapToObj(Long::valueOf).toList());
  }

  @Test
  void thirty_two_clients_on_fifty_orders_make_each_version_once() throws Exception {
    List<UUID> ids = IntStream.range(0, 50).mapToObj(i -> UUID.fromString(app.placed())).toList();
    var orders = app.part(Orders.class);
    together(
        32,
        n -> {
          for (UUID id : ids) {
            orders.change(id, STEPS.get(n % 3));
          }
          return "";
        });
    // Positions grow with versions; @AfterEach compares the sets.
    assertThat(
            observer
                .sql(
                    """
                    select count(*) from (
                      select aggregate_version <> row_number() over (partition by aggregate_id order by position) as wrong
                      from ordering.outbox) o
                    where wrong
                    """)
                .query(Long.class)
                .single())
        .isZero();
  }

  @Test
  void requests_with_one_key_that_arrive_together_make_one_order() throws Exception {
    long orders = Ledger.orders(observer);
    List<Answer> answers =
        together(16, n -> app.place(ORDER, "Idempotency-Key", "sixteen at once"));
    assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(1);
    assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(15);
    assertThat(ids(answers)).hasSize(1);
    assertThat(Ledger.orders(observer)).isEqualTo(orders + 1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void the_later_of_two_requests_waits_for_the_earlier_to_commit_or_roll_back(boolean commits)
      throws Exception {
    String key = "twins " + commits;
    var orders = app.part(Orders.class);
    ExecutorService laterClient = Executors.newSingleThreadExecutor();
    try {
      var later = new AtomicReference<Future<Placement>>();
      Placement earlier =
          app.part(TransactionTemplate.class)
              .execute(
                  status -> {
                    Placement placed = orders.place(WANTED, key);
                    later.set(laterClient.submit(() -> orders.place(WANTED, key)));
                    await().until(OrdersIT::someoneWaitsForAnotherTransaction);
                    assertThat(later.get().isDone()).isFalse();
                    if (!commits) {
                      status.setRollbackOnly();
                    }
                    return placed;
                  });
      Placement answer = later.get().get(10, SECONDS);
      if (commits) {
        assertThat(answer).isEqualTo(new Placement.Repeated(((Placement.Placed) earlier).order()));
      } else {
        assertThat(answer).isInstanceOf(Placement.Placed.class).isNotEqualTo(earlier);
      }
    } finally {
      laterClient.shutdownNow();
    }
  }

  private static boolean someoneWaitsForAnotherTransaction() {
    return observer
        .sql(
            """
            select count(*) > 0 from pg_stat_activity
            where datname = current_database() and usename = 'order_app' and wait_event_type = 'Lock'
            """)
        .query(Boolean.class)
        .single();
  }

  private static Set<String> ids(List<Answer> answers) {
    return answers.stream().map(answer -> answer.text("id")).collect(Collectors.toSet());
  }

  private interface Client<T> {
    T run(int number) throws Exception;
  }

  private static <T> List<T> together(int clients, Client<T> work) throws Exception {
    var barrier = new CyclicBarrier(clients);
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try {
      var calls = new ArrayList<Callable<T>>();
      for (int i = 0; i < clients; i++) {
        int number = i;
        calls.add(
            () -> {
              barrier.await();
              return work.run(number);
            });
      }
      var results = new ArrayList<T>();
      for (Future<T> future : threads.invokeAll(calls)) {
        results.add(future.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }
}
