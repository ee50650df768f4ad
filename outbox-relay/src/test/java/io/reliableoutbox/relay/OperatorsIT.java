package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.relay.core.Scans;
import io.reliableoutbox.relay.outbox.Outbox;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What stands behind a parked row, and what replay and skip make of it with a relay at work. */
class OperatorsIT {
  private static final int BUCKETS = 64;
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
  void a_parked_row_blocks_its_aggregate_only_and_a_replay_sends_it_in_its_place() {
    List<String> stuck = insertVersions("stuck", 5);
    park(stuck.get(0));
    List<String> free = insertVersions("free", 5);
    outbox.startRelay(uri);
    await().until(() -> outbox.ids("PUBLISHED").equals(free));
    await().until(() -> outbox.stored("BLOCKED") == 4);
    assertThat(history.ids()).isEqualTo(free);

    assertThat(outbox.replay(stuck.get(0))).isEqualTo("replayed: sent in its place");
    await().until(() -> outbox.ids("PUBLISHED").containsAll(stuck));
    await().until(() -> history.all().size() == 10);
    assertThat(history.ids()).endsWith(stuck.toArray(String[]::new));
    assertThat(history.all())
        .allMatch(message -> !message.properties().getHeaders().containsKey("replay"));
  }

  @Test
  void a_skipped_version_becomes_a_tombstone_in_its_place() {
    List<String> stuck = insertVersions("stuck", 3);
    park(stuck.get(0));
    outbox.startRelay(uri);
    await().until(() -> outbox.stored("BLOCKED") == 2);

    assertThat(outbox.skip(stuck.get(0))).isEqualTo("skipped: a tombstone is sent in its place");
    await().until(() -> outbox.count("PUBLISHED") == 2);
    await().until(() -> history.all().size() == 3);
    assertThat(history.ids()).isEqualTo(stuck);
    QueueHistory.Received tombstone = history.all().get(0);
    assertThat(tombstone.body()).isEmpty();
    assertThat(tombstone.properties().getHeaders())
        .containsEntry("skipped", true)
        .containsEntry("aggregate_version", 1L);
    assertThat(outbox.state(stuck.get(0))).isEqualTo("SKIPPED");
  }

  @Test
  void a_replay_of_a_published_row_is_one_more_copy_and_leaves_its_time_alone() {
    outbox.startRelay(uri);
    String id = outbox.insertVersion("a", 1);
    await().until(() -> outbox.state(id).equals("PUBLISHED"));
    String publishedAt = publishedAt(id);

    assertThat(outbox.replay(id)).isEqualTo("replayed: sent as one more copy");
    await().until(() -> history.all().size() == 2);
    await().until(() -> outbox.stored("PUBLISHED") == 2);
    QueueHistory.Received copy = history.all().get(1);
    assertThat(copy.id()).isEqualTo(id);
    assertThat(copy.body()).isEqualTo(history.all().get(0).body());
    assertThat(copy.properties().getHeaders())
        .containsEntry("replay", true)
        .containsEntry("aggregate_version", 1L);
    assertThat(publishedAt(id)).isEqualTo(publishedAt);
  }

  @Test
  void twenty_thousand_rows_behind_a_parked_one_are_no_candidates_and_flow_once_it_is_skipped() {
    String head = outbox.insert("stuck", "thing.changed");
    park(head);
    outbox
        .sql
        .sql(
            """
            insert into outbox (aggregate_type, aggregate_id, event_type, payload)
            select 'thing', 'stuck', 'thing.changed', '{}' from generate_series(1, 20000)
            """)
        .update();
    outbox.startRelay(uri);
    await().atMost(Duration.ofSeconds(60)).until(() -> outbox.stored("BLOCKED") == 20_000);

    List<Scans.Page> everywhere =
        IntStream.range(0, BUCKETS)
            .mapToObj(bucket -> new Scans.Page(bucket, 0, 1000, true, 0))
            .toList();
    assertThat(new Outbox(outbox.sql).find(everywhere, 1000)).isEmpty();
    outbox.insertMany(1000, 1000);
    await().atMost(Duration.ofSeconds(30)).until(() -> outbox.count("PUBLISHED") == 1000);

    assertThat(outbox.skip(head)).isEqualTo("skipped");
    assertThat(outbox.stored("BLOCKED")).isZero();
    // One at a time, so a part of them will do.
    await().atMost(Duration.ofSeconds(60)).until(() -> history.firstArrivals().size() > 2000);
    Order.assertKept(outbox.sql, history);
  }

  private List<String> insertVersions(String aggregateId, int versions) {
    return IntStream.rangeClosed(1, versions)
        .mapToObj(version -> outbox.insertVersion(aggregateId, version))
        .toList();
  }

  private void park(String id) {
    outbox
        .sql
        .sql(
            """
            update outbox_delivery d
            set state = 'PARKED', attempts = 9, last_error = 'a test', first_failed_at = clock_timestamp()
            from outbox o where o.position = d.position and o.id = :id::uuid
            """)
        .param("id", id)
        .update();
  }

  private String publishedAt(String id) {
    return outbox
        .sql
        .sql("select published_at::text from outbox_state where id = :id::uuid")
        .param("id", id)
        .query(String.class)
        .single();
  }
}
