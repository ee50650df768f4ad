package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One aggregate with many events beside many with one: judged by the order of arrival. */
class HotAggregateIT {
  private static final int HOT = 2000;
  private static final int OTHERS = 10_000;

  @Test
  void a_hot_aggregate_and_the_many_others_flow_beside_each_other() throws Exception {
    String uri = TestInfrastructure.broker().freshVirtualHost();
    try (OutboxFixture outbox = new OutboxFixture();
        QueueHistory history = new QueueHistory(uri)) {
      // The hot one first: whoever served by position alone would let all others wait for it.
      outbox.insertMany(HOT, 1);
      insertOthers(outbox);
      outbox.startRelay(uri);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> history.firstArrivals().size() == HOT + OTHERS);

      List<Boolean> hot =
          history.all().stream().map(message -> message.aggregateId().equals("a0")).toList();
      int halfOfOthers = placeOf(hot, false, OTHERS / 2);
      long hotByThen = hot.subList(0, halfOfOthers).stream().filter(h -> h).count();
      assertThat(hotByThen).as("of the hot one by then").isBetween(1L, HOT - 1L);
      assertThat(placeOf(hot, true, HOT)).as("the last of the hot").isGreaterThan(halfOfOthers);
      assertThat(placeOf(hot, false, OTHERS / 10))
          .as("the others waited for no large part of the hot one")
          .isLessThan(OTHERS / 10 + HOT / 2);
      assertThat(history.ids()).doesNotHaveDuplicates();
      Order.assertKept(outbox.sql, history);
    }
  }

  /** Where the n-th message of the hot aggregate, or of the others, arrived. */
  private static int placeOf(List<Boolean> hot, boolean wanted, int n) {
    int seen = 0;
    for (int i = 0; i < hot.size(); i++) {
      if (hot.get(i) == wanted && ++seen == n) {
        return i;
      }
    }
    throw new AssertionError("only " + seen + " arrived");
  }

  private static void insertOthers(OutboxFixture outbox) {
    outbox
        .sql
        .sql(
            """
            insert into outbox (aggregate_type, aggregate_id, event_type, payload)
            select 'thing', 'other-' || n, 'thing.changed', '{}' from generate_series(1, :others) n
            """)
        .param("others", OTHERS)
        .update();
  }
}
