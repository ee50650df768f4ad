package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.relay.outbox.Retention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Retention removes what operators are about to have sent again: one of both is first. */
class RetentionRaceIT {
  private static final int OLD = 600;
  // In each round the replays from the start and retention work on the same events, and the replays
  // from the end on others. So retention is first with what it has removed before the race, the
  // replays from the end are first with theirs, and everything else is open.
  private static final int A_ROUND = 5;
  private static final int REMOVED_BEFORE = 20;
  private static final Duration AGE = Duration.ofDays(7);
  private final String uri = TestInfrastructure.broker().freshVirtualHost();
  private OutboxFixture outbox;
  private QueueHistory history;

  @BeforeEach
  void start() throws Exception {
    outbox = new OutboxFixture();
    history = new QueueHistory(uri);
  }

  @AfterEach
  void stop() {
    history.close();
    outbox.close();
  }

  @Test
  void replays_that_race_retention_are_either_refused_or_sent() throws Exception {
    outbox.insertMany(OLD, 200);
    outbox.startRelay(uri);
    await().atMost(Duration.ofSeconds(30)).until(() -> outbox.count("PUBLISHED") == OLD);
    await().until(() -> history.all().size() == OLD);
    List<String> old = outbox.ids("PUBLISHED");
    List<Long> positions = positions();
    // On the edge of what may be replayed: older than retention, by relays that keep more.
    outbox.sql.sql("update outbox_delivery set settled_at = now() - interval '8 days'").update();
    outbox.sql.sql("update relay set retention = '30 days'").update();
    outbox.insertMany(300, 100);
    String parked = park();
    Set<String> others = new HashSet<>(outbox.ids("PUBLISHED"));
    outbox.ids("PENDING").forEach(others::add);
    others.addAll(List.of(parked));
    others.removeAll(old);

    assertThat(new Retention(outbox.sql).removeOlderThan(AGE, 0, REMOVED_BEFORE).rows())
        .isEqualTo(REMOVED_BEFORE);

    List<String> answers = Collections.synchronizedList(new ArrayList<>());
    Set<String> accepted = Collections.synchronizedSet(new HashSet<>());
    List<String> backwards = new ArrayList<>(old);
    Collections.reverse(backwards);
    CyclicBarrier round = new CyclicBarrier(3);
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      var racing = new ExecutorCompletionService<Void>(threads);
      racing.submit(() -> replay(old, round, answers, accepted));
      racing.submit(() -> replay(backwards, round, answers, accepted));
      racing.submit(() -> remove(positions, round));
      for (int ended = 0; ended < 3; ended++) {
        // In the order in which they end: what failed is told, and not that others missed it.
        racing.take().get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(accepted).as("replays that came first").isNotEmpty();
    assertThat(answers).as("retention that came first").anyMatch(a -> a.startsWith("refused"));
    assertThat(accepted).as("some of the old were removed").hasSizeLessThan(OLD);

    await().atMost(Duration.ofSeconds(30)).until(() -> outbox.count("PENDING") == 0);
    assertThat(events()).as("whatever wasn't old, or was replayed, stayed").containsAll(others);
    assertThat(events()).containsAll(accepted);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(copiesSent()).containsAll(accepted));
    assertThat(copiesSent()).isSubsetOf(accepted);
    assertThat(deliveriesWithoutEvent()).isZero();
  }

  private Void replay(
      List<String> ids, CyclicBarrier round, List<String> answers, Set<String> accepted)
      throws Exception {
    JdbcClient operator = JdbcClient.create(outbox.database.dataSource());
    for (int i = 0; i < ids.size(); i++) {
      if (i % A_ROUND == 0) {
        round.await(30, TimeUnit.SECONDS);
      }
      String answer =
          operator
              .sql("select ordering.replay(cast(:id as uuid))")
              .param("id", ids.get(i))
              .query(String.class)
              .single();
      answers.add(answer);
      if (!answer.startsWith("refused")) {
        accepted.add(ids.get(i));
      }
    }
    return null;
  }

  private Void remove(List<Long> positions, CyclicBarrier round) throws Exception {
    Retention retention = new Retention(outbox.sql);
    for (int i = 0; i < OLD; i += A_ROUND) {
      round.await(30, TimeUnit.SECONDS);
      retention.removeOlderThan(AGE, positions.get(i) - 1, A_ROUND);
    }
    return null;
  }

  private List<Long> positions() {
    return outbox.sql.sql("select position from outbox order by position").query(Long.class).list();
  }

  private String park() {
    String id = outbox.insert("parked", "thing.changed");
    outbox
        .sql
        .sql(
            """
            update outbox_delivery d
            set state = 'PARKED', last_error = 'x', first_failed_at = now() - interval '9 days', settled_at = null
            from outbox o where o.position = d.position and o.id = cast(:id as uuid)
            """)
        .param("id", id)
        .update();
    return id;
  }

  private List<String> events() {
    return outbox.sql.sql("select id::text from outbox").query(String.class).list();
  }

  private Set<String> copiesSent() {
    Set<String> copies = new HashSet<>();
    history.all().stream()
        .filter(message -> message.properties().getHeaders().containsKey("replay"))
        .forEach(message -> copies.add(message.id()));
    return copies;
  }

  private long deliveriesWithoutEvent() {
    return outbox
        .sql
        .sql(
            "select count(*) from outbox_delivery d where not exists (select from outbox o where o.position = d.position)")
        .query(Long.class)
        .single();
  }
}
