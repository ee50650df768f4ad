package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.relay.loop.Relay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Order of first publication, while relays come and go, connections break and routes vanish. */
class OrderUnderFaultsIT {
  private static final int WRITERS = 4;
  private static final int EVENTS_EACH = 600;
  private static final int AGGREGATES = 30;

  @Test
  void several_relays_keep_the_order_of_each_aggregate_under_faults() throws Exception {
    String uri = TestInfrastructure.broker().freshVirtualHost();
    ExecutorService pool = Executors.newFixedThreadPool(WRITERS);
    try (OutboxFixture outbox = new OutboxFixture();
        QueueHistory history = new QueueHistory(uri);
        CuttingProxy proxy = new CuttingProxy(uri, n -> Integer.MAX_VALUE)) {
      List<Relay> relays = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        relays.add(outbox.startRelay(proxy.uri()));
      }
      List<Future<?>> writers = new ArrayList<>();
      for (int w = 0; w < WRITERS; w++) {
        int seed = w;
        writers.add(pool.submit(() -> write(outbox, new SplittableRandom(seed))));
      }
      int rebalanced = 0;
      while (writers.stream().anyMatch(writer -> !writer.isDone())) {
        proxy.cutAll();
        history.unbind();
        relays.remove(0).stop();
        relays.add(outbox.startRelay(proxy.uri()));
        rebalanced++;
        history.bind();
        int target = (int) Math.min(WRITERS * EVENTS_EACH, outbox.count("PUBLISHED") + 300);
        await().atMost(Duration.ofSeconds(40)).until(() -> outbox.count("PUBLISHED") >= target);
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> outbox.count("PUBLISHED") == WRITERS * EVENTS_EACH);
      assertThat(rebalanced).isGreaterThanOrEqualTo(3);
      assertThat(proxy.cuts()).isGreaterThanOrEqualTo(3);
      await().until(() -> history.firstArrivals().size() == WRITERS * EVENTS_EACH);
      Order.assertKept(outbox.sql, history);
    } finally {
      pool.shutdownNow();
    }
  }

  // As the contract asks: the aggregate is locked before the position is drawn.
  private static void write(OutboxFixture outbox, SplittableRandom random) {
    for (int n = 0; n < EVENTS_EACH; n++) {
      outbox
          .sql
          .sql(
              """
              with locked as materialized (select pg_advisory_xact_lock(:aggregate))
              insert into outbox (aggregate_type, aggregate_id, event_type, payload)
              select 'thing', :aggregate::text, 'thing.changed', '{}' from locked, (select pg_sleep(0.003)) slowly
              """)
          .param("aggregate", random.nextInt(AGGREGATES))
          .update();
    }
  }
}
