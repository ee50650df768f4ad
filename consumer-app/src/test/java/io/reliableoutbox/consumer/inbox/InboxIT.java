package io.reliableoutbox.consumer.inbox;

import static io.reliableoutbox.consumer.inbox.Probe.CONSUMER;
import static io.reliableoutbox.consumer.inbox.Probe.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.reliableoutbox.consumer.ConsumerDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.simple.JdbcClient;

class InboxIT {
  private static ConsumerDatabase database;
  private static HikariDataSource pool;

  @BeforeAll
  static void prepare() {
    database = new ConsumerDatabase();
    Probe.makeTable(database);
    pool = database.consumerPool();
  }

  @AfterAll
  static void remove() {
    pool.close();
    database.close();
  }

  @Test
  void inbox_row_and_effect_commit_together_or_not_at_all() {
    var probe = new Probe(pool);
    var event = event("together", 1);
    probe.before = e -> fail("before the effect");
    assertThatThrownBy(() -> probe.inbox.settle(work(event), null)).hasMessageContaining("before");
    assertThat(database.state(CONSUMER, event.messageId())).isEqualTo("UNKNOWN");
    assertThat(effects(event)).isZero();

    probe.before = e -> {};
    probe.receive(event);
    assertThat(database.state(CONSUMER, event.messageId())).isEqualTo("APPLIED");
    assertThat(effects(event)).isEqualTo(1);
  }

  @Test
  void the_same_id_twice_in_one_batch_and_again_later_is_applied_once() {
    var probe = new Probe(pool);
    var event = event("twice", 1);
    probe.receive(event, event);
    probe.receive(event);
    assertThat(effects(event)).isEqualTo(1);
    assertThat(probe.meters.get("inbox.duplicates").counter().count()).isEqualTo(2);
  }

  @Test
  void an_id_that_is_known_settles_nothing_of_another_aggregate() {
    var probe = new Probe(pool);
    var event = event("its-own", 1);
    probe.receive(event);
    var other = event("another", 1);
    var sameId =
        new Event(
            event.messageId(), other.type(), other.aggregate(), 1L, false, null, other.content());
    probe.receive(sameId);
    probe.receive(other);
    assertThat(database.state(CONSUMER, other.messageId())).isEqualTo("APPLIED");
    assertThat(effects(event)).isEqualTo(1);
  }

  @Test
  @Timeout(60)
  void an_effect_that_always_takes_too_long_has_failed_and_holds_nobody_up() {
    try (var hasty = database.consumerPool()) {
      hasty.setConnectionInitSql(
          hasty.getConnectionInitSql() + "; set statement_timeout = '500ms'");
      var probe = new Probe(hasty);
      var endless = event("endless", 1);
      var neighbour = event("endless-neighbour", 1);
      var tries = new AtomicInteger();
      probe.before =
          e -> {
            if (e.equals(endless)) {
              tries.incrementAndGet();
              JdbcClient.create(hasty).sql("select pg_sleep(60)").query((row, n) -> "").list();
            }
          };
      probe.receive(endless, neighbour);
      // Once with its neighbour, and by itself until it has failed.
      assertThat(tries).hasValue(4);
      assertThat(database.row(CONSUMER, endless.messageId()))
          .containsEntry("state", "RETRYING")
          .containsEntry("attempts", 1);
      assertThat(database.state(CONSUMER, neighbour.messageId())).isEqualTo("APPLIED");
    }
  }

  @Test
  void one_bad_message_among_two_hundred_does_not_stop_the_others() {
    var probe = new Probe(pool);
    List<Event> batch = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      batch.add(event("many-" + i, 1));
    }
    var bad = batch.get(117);
    var failed = new AtomicBoolean();
    probe.before =
        e -> {
          if (e.equals(bad)) {
            failed.set(true);
            fail("bad");
          }
        };
    probe.receive(batch.toArray(Event[]::new));
    assertThat(failed).isTrue();
    assertThat(database.state(CONSUMER, bad.messageId())).isEqualTo("RETRYING");
    assertThat(effects(bad)).isZero();
    batch.remove(bad);
    assertThat(batch).allMatch(e -> effects(e) == 1);
    // Halves of halves, not one transaction for each message.
    assertThat(probe.meters.get("inbox.batch").summary().count()).isLessThan(20);
  }

  @Test
  void unreadable_and_malformed_messages_are_parked_within_the_batch_of_the_others() {
    var probe = new Probe(pool);
    var good = event("neighbour", 1);
    var unreadable = event("unreadable", 1, "unreadable");
    var malformed = new Malformed(UUID.randomUUID(), "", "type is missing", unreadable.content());
    probe.receive(unreadable, good, malformed);
    assertThat(probe.meters.get("inbox.batch").summary().count()).isEqualTo(1);
    assertThat(effects(good)).isEqualTo(1);
    assertThat(parked(unreadable)).containsEntry("reason", "PERMANENT");
    assertThat(parked(malformed)).containsEntry("last_error", "type is missing");
    assertThat(parked(malformed)).containsEntry("aggregate_id", null);
  }

  @Test
  void retries_end_in_parked_with_everything_a_person_needs_and_never_in_loss() {
    var probe = new Probe(pool);
    var first = event("retries", 1);
    var second = event("retries", 2);
    probe.before = e -> fail("still broken");
    probe.receive(first, second);
    assertThat(database.state(CONSUMER, first.messageId())).isEqualTo("RETRYING");
    untilState(probe, first, "PARKED");

    assertThat(parked(first))
        .containsEntry("reason", "RETRIES_USED_UP")
        .containsEntry("attempts", 3)
        .containsEntry("origin", "orders.events/order.test")
        .containsEntry("body", "{\"some\": \"body\"}")
        .containsEntry("held_behind", 1L);
    assertThat(String.valueOf(parked(first).get("last_error"))).contains("still broken");
    assertThat(String.valueOf(parked(first).get("headers"))).contains("aggregate_id");
    assertThat(database.state(CONSUMER, second.messageId())).isEqualTo("HELD");

    probe.before = e -> {};
    assertThat(operator("consuming.replay('probe', '%s')", first)).isEqualTo("replayed");
    untilState(probe, second, "APPLIED");
    assertThat(effects(first)).isEqualTo(1);
    assertThat(effects(second)).isEqualTo(1);
  }

  @Test
  void a_dropped_message_lets_its_successors_go() {
    var probe = new Probe(pool);
    var first = event("dropped", 1, "unreadable");
    var second = event("dropped", 2);
    probe.receive(second, first);
    assertThat(database.state(CONSUMER, second.messageId())).isEqualTo("HELD");
    assertThat(operator("consuming.drop('probe', '%s', ' ')", first)).startsWith("refused");
    assertThat(operator("consuming.drop('probe', '%s', 'nonsense')", first)).isEqualTo("dropped");
    untilState(probe, second, "APPLIED");
    assertThat(database.state(CONSUMER, first.messageId())).isEqualTo("DROPPED");
    probe.receive(first);
    assertThat(effects(first)).isZero();
  }

  @Test
  void a_successor_that_comes_first_is_held_and_applied_right_after() {
    var probe = new Probe(pool);
    var first = event("ahead", 1);
    var second = event("ahead", 2);
    var third = event("ahead", 3);
    probe.receive(third, second);
    assertThat(database.state(CONSUMER, second.messageId())).isEqualTo("HELD");
    assertThat(effects(second) + effects(third)).isZero();
    probe.receive(first);
    probe.retry();
    assertThat(effects(first) + effects(second) + effects(third)).isEqualTo(3);
    assertThat(database.outOfOrder(CONSUMER)).isEmpty();
  }

  @Test
  void a_successor_waits_for_the_retries_of_its_predecessor() {
    var probe = new Probe(pool);
    var first = event("retried", 1);
    var second = event("retried", 2);
    probe.before =
        e -> {
          if (e.version() == 1) {
            fail("not yet");
          }
        };
    probe.receive(first);
    probe.receive(second);
    assertThat(database.state(CONSUMER, first.messageId())).isEqualTo("RETRYING");
    assertThat(database.state(CONSUMER, second.messageId())).isEqualTo("HELD");
    probe.before = e -> {};
    untilState(probe, second, "APPLIED");
    assertThat(database.outOfOrder(CONSUMER)).isEmpty();
  }

  @Test
  void a_passed_version_under_another_id_is_parked_as_stale() {
    var probe = new Probe(pool);
    probe.receive(event("stale", 1));
    var stale = event("stale", 1);
    probe.receive(stale);
    assertThat(parked(stale)).containsEntry("reason", "STALE");
    assertThat(effects(stale)).isZero();
  }

  @Test
  void a_gap_that_is_too_old_is_parked_and_closes_if_the_missing_event_comes_after_all() {
    var probe = new Probe(pool);
    var upkeep = new Upkeep(org.springframework.jdbc.core.simple.JdbcClient.create(pool));
    var first = event("gap", 1);
    var second = event("gap", 2);
    var third = event("gap", 3);
    probe.receive(second, third);
    upkeep.parkGapsOlderThan(java.time.Duration.ZERO);
    assertThat(parked(second)).containsEntry("reason", "MISSING_PREDECESSOR");
    assertThat(database.state(CONSUMER, third.messageId())).isEqualTo("HELD");
    probe.receive(first);
    untilState(probe, third, "APPLIED");
  }

  @Test
  void what_is_forgotten_and_comes_again_is_stale() {
    var probe = new Probe(pool);
    var upkeep = new Upkeep(org.springframework.jdbc.core.simple.JdbcClient.create(pool));
    var event = event("forgotten", 1);
    probe.receive(event);
    assertThat(upkeep.forgetAppliedOlderThan(java.time.Duration.ofHours(1), 1000)).isZero();
    await().until(() -> upkeep.forgetAppliedOlderThan(java.time.Duration.ZERO, 1000) == 0);
    assertThat(database.state(CONSUMER, event.messageId())).isEqualTo("UNKNOWN");
    probe.receive(event);
    assertThat(parked(event)).containsEntry("reason", "STALE");
    assertThat(effects(event)).isEqualTo(1);
  }

  private static void untilState(Probe probe, Event event, String state) {
    await()
        .until(
            () -> {
              probe.retry();
              return database.state(CONSUMER, event.messageId()).equals(state);
            });
  }

  private static void fail(String why) {
    throw new IllegalStateException(why);
  }

  private static Work work(Event event) {
    return new Work.Deliveries(List.of(event));
  }

  private static long effects(Event event) {
    return Probe.effects(database, event.messageId());
  }

  private static String operator(String call, Event event) {
    return database
        .owner()
        .sql("select " + call.formatted(event.messageId()))
        .query(String.class)
        .single();
  }

  private static Map<String, Object> parked(Received message) {
    return database
        .owner()
        .sql("select * from consuming.parked where message_id = ?")
        .param(message.messageId())
        .query()
        .singleRow();
  }
}
