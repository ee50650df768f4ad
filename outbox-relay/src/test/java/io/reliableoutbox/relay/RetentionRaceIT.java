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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Retention removes what operators are about to have sent again: one of both is first. */
class RetentionRaceIT {
  private static final int OLD = 600;
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
    // On the edge of what may be replayed: older than retention, by relays that keep more.
    outbox.sql.sql("update outbox_delivery set settled_at = now() - interval '8 days'").update();
    outbox.sql.sql("update relay set retention = '30 days'").update();
    outbox.insertMany(300, 100);
    String parked = park();
    Set<String> others = new HashSet<>(outbox.ids("PUBLISHED"));
    outbox.ids("PENDING").forEach(others::add);
    others.addAll(List.of(parked));
    others.removeAll(old);

    List<String> answers = Collections.synchronizedList(new ArrayList<>());
    Set<String> accepted = Collections.synchronizedSet(new HashSet<>());
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<?>> racing = new ArrayList<>();
      // From both ends, so that they meet what retention works on and what it doesn't yet.
      List<String> backwards = new ArrayList<>(old);
      Collections.reverse(backwards);
      racing.add(threads.submit(() -> replay(old, answers, accepted)));
      racing.add(threads.submit(() -> replay(backwards, answers, accepted)));
      racing.add(threads.submit(() -> removeUntil(answers)));
      for (Future<?> one : racing) {
        one.get();
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

  private void replay(List<String> ids, List<String> answers, Set<String> accepted) {
    JdbcClient operator = JdbcClient.create(outbox.database.dataSource());
    for (String id : ids) {
      String answer =
          operator
              .sql("select ordering.replay(cast(:id as uuid))")
              .param("id", id)
              .query(String.class)
              .single();
      answers.add(answer);
      if (!answer.startsWith("refused")) {
        accepted.add(id);
      }
    }
  }

  // A piece for every few replays, so that both are at work all the time.
  private void removeUntil(List<String> answers) {
    Retention retention = new Retention(outbox.sql);
    long position = 0;
    while (answers.size() < 2 * OLD) {
      Retention.Removed removed = retention.removeOlderThan(AGE, position, 5);
      position = removed.rows() == 0 && removed.position() == position ? 0 : removed.position();
    }
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
