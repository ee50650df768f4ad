package io.reliableoutbox.consumer.inbox;

import static io.reliableoutbox.consumer.inbox.Probe.CONSUMER;
import static io.reliableoutbox.consumer.inbox.Probe.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.reliableoutbox.consumer.ConsumerDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What an operator does about parked messages, with an operator's rights. */
class InboxOperationsIT {
  private ConsumerDatabase database;
  private HikariDataSource pool;
  private JdbcClient operator;
  private Probe probe;

  @BeforeEach
  void prepare() {
    database = new ConsumerDatabase();
    Probe.makeTable(database);
    pool = database.consumerPool();
    operator = database.as("operator");
    probe = new Probe(pool);
    probe.before =
        event -> {
          if (event.content().toString().contains("broken")) {
            throw new PermanentFailure("broken");
          }
        };
  }

  @AfterEach
  void remove() {
    pool.close();
    database.close();
  }

  @Test
  void parked_messages_can_be_listed_and_read_whatever_they_are() {
    var broken = event("listed", 1, "broken");
    byte[] bytes = {0, -1, '\\', 'a'};
    var content = new Content("orders.events/x", "{}", bytes);
    var malformed = new Malformed(UUID.randomUUID(), "x", "type is missing", content);
    var dead = new DeadLetter(event("dead", 1, "kills"), "delivery_limit");
    probe.receive(broken, event("fine", 1), malformed, dead);

    assertThat(
            operator
                .sql("select message_id from consuming.parked order by message_id")
                .query(UUID.class)
                .set())
        .containsExactlyInAnyOrder(broken.messageId(), malformed.messageId(), dead.messageId());
    assertThat(parked(broken))
        .containsEntry("reason", "PERMANENT")
        .containsEntry("attempts", 1)
        .containsEntry("origin", "orders.events/order.test")
        .containsEntry("body", "broken");
    assertThat(String.valueOf(parked(broken).get("headers"))).contains("aggregate_id");
    assertThat(parked(malformed)).containsEntry("body", "\\000\\377\\\\a");
    assertThat(parked(dead))
        .containsEntry("reason", "DELIVERY_LIMIT")
        .containsEntry("attempts", 0)
        .containsEntry("last_error", "delivery_limit")
        .containsEntry("body", "kills");
    assertThat(Probe.effects(database, dead.messageId())).isZero();
  }

  @Test
  void one_is_replayed_and_what_waited_behind_it_follows() {
    var first = event("one", 1, "broken");
    var second = event("one", 2);
    probe.receive(first, second);
    probe.before = event -> {};
    assertThat(call("consuming.replay('probe', '%s')", first)).isEqualTo("replayed");
    assertThat(call("consuming.replay('probe', '%s')", first)).isEqualTo("refused: it is RETRYING");
    untilState(second, "APPLIED");
    assertThat(database.state(CONSUMER, first.messageId())).isEqualTo("APPLIED");
    assertThat(database.outOfOrder(CONSUMER)).isEmpty();
    assertAudited("replay", first, null);
    assertThat(call("consuming.replay('probe', '%s')", first)).isEqualTo("refused: it is APPLIED");
  }

  @Test
  void many_are_replayed_by_consumer_type_and_time() {
    var broken = List.of(event("a", 1, "broken"), event("b", 1, "broken"), event("c", 1, "broken"));
    var stuck = new Malformed(UUID.randomUUID(), "order.test", "no", broken.get(0).content());
    probe.receive(broken.get(0), broken.get(1), broken.get(2), stuck);
    probe.before = event -> {};
    assertThat(replayParked("'other', null, null")).isZero();
    assertThat(replayParked("'probe', 'order.else', null")).isZero();
    assertThat(replayParked("'probe', 'order.test', now() + interval '1 minute'")).isZero();
    assertThat(replayParked("'probe', 'order.test', now() - interval '1 minute'")).isEqualTo(3);
    broken.forEach(event -> untilState(event, "APPLIED"));
    assertThat(database.state(CONSUMER, stuck.messageId())).isEqualTo("PARKED");
    broken.forEach(event -> assertAudited("replay", event, null));
  }

  @Test
  void an_operator_who_leaves_a_transaction_open_holds_nobody_up_for_long() throws Exception {
    var broken = event("open", 1, "broken");
    probe.receive(broken);
    try (var connection = database.connectionsOf("operator").getConnection();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("select consuming.replay('probe', '%s')".formatted(broken.messageId()));
      // Waits until the database ends what was left open, and undoes it.
      assertThat(call("consuming.drop('probe', '%s', 'noise')", broken)).isEqualTo("dropped");
      assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
    }
  }

  @Test
  void a_drop_needs_a_reason_is_audited_and_lets_successors_go() {
    var first = event("dropped", 1, "broken");
    var second = event("dropped", 2);
    var content = first.content();
    var malformed = new Malformed(UUID.randomUUID(), "x", "type is missing", content);
    probe.receive(first, second, malformed);
    assertThat(call("consuming.drop('probe', '%s', ' ')", first)).startsWith("refused");
    assertThat(call("consuming.drop('probe', '%s', 'nonsense')", second))
        .isEqualTo("refused: it is HELD");
    assertThat(call("consuming.drop('probe', '%s', 'nonsense')", first)).isEqualTo("dropped");
    assertThat(call("consuming.drop('probe', '%s', 'noise')", malformed)).isEqualTo("dropped");
    untilState(second, "APPLIED");
    assertAudited("drop", first, "nonsense");
    assertAudited("drop", malformed, "noise");
    probe.receive(first);
    assertThat(Probe.effects(database, first.messageId())).isZero();
  }

  @Test
  void a_retry_that_ends_the_process_each_time_is_begun_alone_and_then_parked() {
    var killer = event("killer", 1, "broken");
    var neighbours = List.of(event("n1", 1, "broken"), event("n2", 1, "broken"));
    probe.receive(killer, neighbours.get(0), neighbours.get(1));
    assertThat(replayParked("'probe', null, null")).isEqualTo(3);
    // A process that ends after this has begun them and has written no more.
    assertThat(probe.inbox.beginDue(100)).hasSize(3);
    probe.before =
        event -> {
          if (event.messageId().equals(killer.messageId())) {
            throw new ProcessEnded();
          }
        };
    int ended = 0;
    for (int restart = 0; restart < 100; restart++) {
      try {
        probe.retry();
      } catch (ProcessEnded asIf) {
        ended++;
      }
    }
    // The first time was with the others.
    assertThat(ended).isEqualTo(19);
    assertThat(parked(killer)).containsEntry("reason", "DELIVERY_LIMIT").containsEntry("takes", 0);
    neighbours.forEach(
        event -> assertThat(database.state(CONSUMER, event.messageId())).isEqualTo("APPLIED"));
  }

  /** An error, so that nobody catches it on the way. */
  private static final class ProcessEnded extends Error {}

  private void untilState(Event event, String state) {
    await()
        .until(
            () -> {
              probe.retry();
              return database.state(CONSUMER, event.messageId()).equals(state);
            });
  }

  private String call(String function, Received message) {
    return operator
        .sql("select " + function.formatted(message.messageId()))
        .query(String.class)
        .single();
  }

  private long replayParked(String arguments) {
    return operator
        .sql("select consuming.replay_parked(" + arguments + ")")
        .query(Long.class)
        .single();
  }

  private void assertAudited(String action, Received message, String reason) {
    Map<String, Object> row =
        operator
            .sql("select * from consuming.inbox_audit where message_id = ?")
            .param(message.messageId())
            .query()
            .singleRow();
    assertThat(row)
        .containsEntry("action", action)
        .containsEntry("consumer", CONSUMER)
        .containsEntry("role", "operator")
        .containsEntry("reason", reason);
  }

  private Map<String, Object> parked(Received message) {
    Map<String, Object> row =
        operator
            .sql("select * from consuming.parked where message_id = ?")
            .param(message.messageId())
            .query()
            .singleRow();
    row.put("takes", database.row(CONSUMER, message.messageId()).get("takes"));
    return row;
  }
}
