package io.reliableoutbox.order;

import static io.reliableoutbox.order.RunningOrderApp.ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.DatabaseServer;
import io.reliableoutbox.lab.infrastructure.Infrastructure;
import io.reliableoutbox.lab.infrastructure.Options;
import io.reliableoutbox.lab.infrastructure.TestDatabase;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The database goes away: requests end in bounded time with 503, and nothing acknowledged is lost.
 */
class DatabaseOutageIT {
  private static final Duration BOUND = Duration.ofSeconds(15);
  private static DatabaseServer server;
  private static TestDatabase database;

  @BeforeAll
  static void start() {
    // Its own server, to break it; durable, since a killed one must keep what it has committed.
    server = Infrastructure.database(TestInfrastructure.choice(), new Options(null, true));
    database = new TestDatabase(server, "postgres");
    TestSchema.migrate(database);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void a_killed_database_costs_503_until_it_is_back_and_no_acknowledged_order() {
    try (var app = RunningOrderApp.on(database)) {
      Set<String> acknowledged = new HashSet<>();
      for (int i = 0; i < 20; i++) {
        acknowledged.add(app.placed());
      }
      server.kill();
      assertThatThrownBy(() -> database.dataSource().getConnection())
          .isInstanceOf(SQLException.class);
      for (Answer refused :
          List.of(
              app.place(ORDER, "Idempotency-Key", "during the outage"),
              app.get("/orders/" + acknowledged.iterator().next()),
              app.post("/orders/" + acknowledged.iterator().next() + "/pay"))) {
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.isProblem()).isTrue();
        assertThat(refused.header("retry-after")).isEqualTo("2");
      }
      assertThat(app.get("/actuator/health/readiness").status()).isEqualTo(503);
      assertThat(app.get("/actuator/health/liveness").status()).isEqualTo(200);

      server.start();
      await()
          .atMost(BOUND)
          .until(() -> app.place(ORDER, "Idempotency-Key", "during the outage").status() < 300);
      await().until(() -> app.get("/actuator/health/readiness").status() == 200);
      var observer = TestSchema.observer(database);
      assertThat(observer.sql("select id::text from ordering.orders").query(String.class).set())
          .containsAll(acknowledged);
      assertThat(Ledger.disagreements(observer)).isEmpty();
    }
  }

  @Test
  void a_frozen_database_holds_up_no_request_for_longer_than_the_bound() throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(40);
    try (var app = RunningOrderApp.on(database)) {
      app.place(ORDER);
      server.pause();
      long start = System.nanoTime();
      var calls = new ArrayList<Callable<Integer>>();
      for (int i = 0; i < 40; i++) {
        calls.add(() -> app.place(ORDER).status());
      }
      for (Future<Integer> status : clients.invokeAll(calls)) {
        assertThat(status.get()).isEqualTo(503);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
      server.resume();
      await().atMost(BOUND).until(() -> app.place(ORDER).status() == 201);
      assertThat(Ledger.disagreements(TestSchema.observer(database))).isEmpty();
    } finally {
      server.resume();
      clients.shutdownNow();
    }
  }

  @Test
  void a_database_that_comes_late_is_waited_for() throws Exception {
    ExecutorService starter = Executors.newSingleThreadExecutor();
    server.kill();
    try {
      Future<RunningOrderApp> start =
          starter.submit(() -> RunningOrderApp.on(database, "--order.database-wait=60s"));
      await().pollDelay(Duration.ofSeconds(4)).until(() -> !start.isDone());
      server.start();
      try (var app = start.get(60, TimeUnit.SECONDS)) {
        assertThat(app.place(ORDER).status()).isEqualTo(201);
      }
    } finally {
      if (!server.running()) {
        server.start();
      }
      starter.shutdownNow();
    }
  }
}
