package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.relay.loop.Relay;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A relay that polls once an hour: what is published in a test, hints have brought about. */
class NamedHintIT {
  private static final Duration LEASE = Duration.ofHours(2);
  private static final Duration POLL = Duration.ofHours(1);
  private final String uri = TestInfrastructure.broker().freshVirtualHost();
  private OutboxFixture outbox;
  private QueueHistory history;
  private Relay relay;

  @BeforeEach
  void start() throws Exception {
    outbox = new OutboxFixture();
    history = new QueueHistory(uri);
    String first = outbox.insert("first", "thing.changed");
    relay = outbox.startRelay(uri, OutboxFixture.seldomPolling(LEASE, POLL));
    await().until(() -> outbox.listeners().size() == 1);
    await("the first search is over").until(() -> outbox.ids("PUBLISHED").contains(first));
  }

  @AfterEach
  void stop() {
    history.close();
    outbox.close();
  }

  @Test
  void an_aggregate_that_a_hint_names_is_published_and_nothing_searched() {
    String other = outbox.insert("other", "thing.changed");
    String named = outbox.insert("named", "thing.changed");
    hint(nameOf("named"));
    await().until(() -> outbox.ids("PUBLISHED").contains(named));
    assertThat(outbox.ids("PENDING")).containsExactly(other);
    hint("");
    await().until(() -> outbox.ids("PUBLISHED").contains(other));
  }

  @Test
  void the_rows_of_an_aggregate_that_a_hint_names_keep_their_order() {
    List<String> ids =
        List.of(
            outbox.insert("named", "thing.changed"),
            outbox.insert("named", "thing.changed"),
            outbox.insert("named", "thing.changed"));
    hint(nameOf("named"));
    await().until(() -> history.ids().containsAll(ids));
    assertThat(history.ids()).containsSubsequence(ids);
  }

  @Test
  void a_hint_that_can_not_be_read_says_look_now() {
    publish("a", "1:2 nonsense");
  }

  @Test
  void a_hint_that_names_what_is_not_there_does_no_harm() {
    hint("1:2");
    hint("-1:2 64:2 2147483647:-9223372036854775808");
    publish("a", "");
    assertThat(relay.isAlive()).isTrue();
  }

  private void publish(String aggregate, String hint) {
    String id = outbox.insert(aggregate, "thing.changed");
    hint(hint);
    await().until(() -> outbox.ids("PUBLISHED").contains(id));
  }

  private String nameOf(String aggregate) {
    return outbox
        .sql
        .sql(
            "select ordering.bucket_of(key) || ':' || key from ordering.aggregate_key('thing', :aggregate) key")
        .param("aggregate", aggregate)
        .query(String.class)
        .single();
  }

  private void hint(String payload) {
    outbox
        .sql
        .sql("select pg_notify('ordering_outbox', :payload)")
        .param("payload", payload)
        .query()
        .listOfRows();
  }
}
