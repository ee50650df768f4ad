package io.reliableoutbox.consumer.inbox;

import static io.reliableoutbox.consumer.inbox.Probe.CONSUMER;
import static io.reliableoutbox.consumer.inbox.Probe.event;
import static io.reliableoutbox.consumer.inbox.Probe.tombstone;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.reliableoutbox.consumer.ConsumerDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Each kind of gap in a history ends. */
class GapsIT {
  private static ConsumerDatabase database;
  private static HikariDataSource pool;
  private static JdbcClient operator;
  private final Probe probe = new Probe(pool);
  private final Upkeep upkeep = new Upkeep(JdbcClient.create(pool));

  @BeforeAll
  static void prepare() {
    database = new ConsumerDatabase();
    Probe.makeTable(database);
    pool = database.consumerPool();
    operator = database.as("operator");
  }

  @AfterAll
  static void remove() {
    pool.close();
    database.close();
  }

  @Test
  void a_tombstone_fills_its_version_without_an_effect() {
    var skipped = tombstone("skipped", 1);
    var second = event("skipped", 2);
    probe.receive(second);
    assertThat(state(second)).isEqualTo("HELD");
    probe.receive(skipped);
    untilState(second, "APPLIED");
    assertThat(database.row(CONSUMER, skipped.messageId()))
        .containsEntry("state", "APPLIED")
        .containsEntry("outcome", "SKIPPED");
    assertThat(effects(skipped)).isZero();
  }

  @Test
  void a_new_consumer_that_gets_the_beginning_replayed_applies_all_of_it_in_order() {
    var first = event("replayed", 1);
    var second = event("replayed", 2);
    var third = event("replayed", 3);
    probe.receive(third);
    assertThat(state(third)).isEqualTo("HELD");
    probe.receive(first, second, third);
    untilState(third, "APPLIED");
    assertThat(effects(first) + effects(second) + effects(third)).isEqualTo(3);
    assertThat(database.outOfOrder(CONSUMER)).isEmpty();
  }

  @Test
  void a_new_consumer_that_adopts_the_present_versions_goes_on_from_there() {
    var third = event("adopted", 3);
    var fourth = event("adopted", 4);
    var known = event("known", 1);
    var gapOfKnown = event("known", 3);
    probe.receive(third, fourth, known, gapOfKnown);
    assertThat(upkeep.adoptStartsOlderThan(CONSUMER, Duration.ofHours(1), 10)).isZero();
    assertThat(upkeep.adoptStartsOlderThan(CONSUMER, Duration.ZERO, 10)).isEqualTo(1);
    untilState(fourth, "APPLIED");
    assertThat(effects(third) + effects(fourth)).isEqualTo(2);
    // This one is no beginning: something is missing that was to come.
    assertThat(state(gapOfKnown)).isEqualTo("HELD");
    var late = event("adopted", 2);
    probe.receive(late);
    assertThat(database.row(CONSUMER, late.messageId())).containsEntry("reason", "STALE");
    assertThat(audited(third))
        .containsEntry("role", "consumer_app")
        .containsEntry("action", "adopt");
  }

  @Test
  void many_starts_are_adopted_in_pieces() {
    for (int i = 0; i < 5; i++) {
      probe.receive(event("piece-" + i, 7));
    }
    assertThat(upkeep.adoptStartsOlderThan(CONSUMER, Duration.ZERO, 3)).isEqualTo(3);
    assertThat(upkeep.adoptStartsOlderThan(CONSUMER, Duration.ZERO, 3)).isEqualTo(2);
  }

  @Test
  void an_operator_ends_the_wait_for_what_will_never_come() {
    var first = event("never", 1);
    var third = event("never", 3);
    probe.receive(first, third);
    upkeep.parkGapsOlderThan(Duration.ZERO);
    assertThat(database.row(CONSUMER, third.messageId()))
        .containsEntry("reason", "MISSING_PREDECESSOR");
    assertThat(adopt()).isPositive();
    untilState(third, "APPLIED");
    assertThat(audited(third)).containsEntry("role", "operator");
  }

  @Test
  void what_is_broken_beyond_a_gap_can_be_given_up_and_its_successors_flow() {
    var third = event("broken", 3, "unreadable");
    var fourth = event("broken", 4);
    probe.receive(third, fourth);
    assertThat(database.row(CONSUMER, third.messageId())).containsEntry("reason", "PERMANENT");
    assertThat(drop(third)).startsWith("refused: an earlier version");
    adopt();
    assertThat(drop(third)).isEqualTo("dropped");
    untilState(fourth, "APPLIED");
  }

  @Test
  void an_unversioned_event_beyond_the_horizon_is_refused_and_applied_on_an_operators_word() {
    Instant now = Instant.now();
    var recent = event("unversioned", null, now.minus(Duration.ofDays(6)));
    var old = event("unversioned", null, now.minus(Duration.ofDays(8)));
    var oldVersioned = event("versioned", 1L, now.minus(Duration.ofDays(8)));
    probe.receive(recent, old, oldVersioned);
    assertThat(state(recent)).isEqualTo("APPLIED");
    assertThat(state(oldVersioned)).isEqualTo("APPLIED");
    assertThat(database.row(CONSUMER, old.messageId())).containsEntry("reason", "BEYOND_HORIZON");
    assertThat(effects(old)).isZero();
    operator
        .sql("select consuming.replay(?, ?)")
        .params(CONSUMER, old.messageId())
        .query()
        .singleValue();
    untilState(old, "APPLIED");
    assertThat(effects(old)).isEqualTo(1);
  }

  @Test
  void a_replay_after_retention_is_never_applied_twice() {
    Instant longAgo = Instant.now().minus(Duration.ofDays(40));
    var versioned = event("forgotten", 1);
    var unversioned = event("forgotten-unversioned", null, Instant.now());
    probe.receive(versioned, unversioned);
    await().until(() -> upkeep.forgetAppliedOlderThan(Duration.ZERO, 1000) == 0);
    assertThat(state(versioned)).isEqualTo("UNKNOWN");
    // The same message, as time has passed.
    var again =
        new Event(
            unversioned.messageId(),
            unversioned.type(),
            unversioned.aggregate(),
            null,
            false,
            longAgo,
            unversioned.content());
    probe.receive(versioned, again);
    assertThat(database.row(CONSUMER, versioned.messageId())).containsEntry("reason", "STALE");
    assertThat(database.row(CONSUMER, again.messageId())).containsEntry("reason", "BEYOND_HORIZON");
    assertThat(effects(versioned) + effects(unversioned)).isEqualTo(2);
  }

  private long adopt() {
    return operator.sql("select consuming.adopt('probe', interval '0')").query(Long.class).single();
  }

  private static String drop(Event event) {
    return operator
        .sql("select consuming.drop('probe', ?, 'a test')")
        .param(event.messageId())
        .query(String.class)
        .single();
  }

  private static Map<String, Object> audited(Event event) {
    return operator
        .sql("select * from consuming.inbox_audit where message_id = ?")
        .param(event.messageId())
        .query()
        .singleRow();
  }

  private void untilState(Event event, String state) {
    await()
        .until(
            () -> {
              probe.retry();
              return state(event).equals(state);
            });
  }

  private static String state(Event event) {
    return database.state(CONSUMER, event.messageId());
  }

  private static long effects(Event event) {
    return Probe.effects(database, event.messageId());
  }
}
