package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.relay.loop.Relay;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the table to the queue, when nothing is wrong and when the broker has nowhere to put it. */
class PublishingIT {
  private final String uri = TestInfrastructure.broker().freshVirtualHost();
  private OutboxFixture outbox;
  private QueueHistory history;

  @BeforeEach
  void start() throws Exception {
    outbox = new OutboxFixture();
    history = new QueueHistory(uri);
  }

  @AfterEach
  void stop() throws Exception {
    history.close();
    outbox.close();
  }

  @Test
  void a_row_becomes_a_message_with_the_properties_of_the_contract() {
    outbox.startRelay(uri);
    String id =
        outbox
            .sql
            .sql(
                """
                insert into outbox (aggregate_type, aggregate_id, aggregate_version, event_type, payload, headers, occurred_at)
                values ('invoice', '4711', 1, 'invoice.issued', '{"invoiceId":   "4711"}',
                        '{"tenant": "blue", "retries": 3, "ratio": 0.5, "test": true, "nothing": null}',
                        '2026-01-02 03:04:05.678+00')
                returning id::text
                """)
            .query(String.class)
            .single();

    await().until(() -> history.all().size() == 1);
    QueueHistory.Received message = history.all().get(0);
    assertThat(message.body()).isEqualTo("{\"invoiceId\":   \"4711\"}");
    assertThat(message.properties().getMessageId()).isEqualTo(id);
    assertThat(message.properties().getType()).isEqualTo("invoice.issued");
    assertThat(message.properties().getContentType()).isEqualTo("application/json");
    assertThat(message.properties().getDeliveryMode()).isEqualTo(2);
    assertThat(message.properties().getAppId()).isEqualTo("outbox-relay");
    assertThat(message.properties().getTimestamp()).isEqualTo("2026-01-02T03:04:05Z");
    Map<String, Object> headers = message.properties().getHeaders();
    assertThat(headers).containsEntry("aggregate_version", 1L).containsEntry("retries", 3L);
    assertThat(headers)
        .containsEntry("ratio", 0.5)
        .containsEntry("test", true)
        .containsKey("nothing");
    assertThat(headers.get("tenant")).hasToString("blue");
    assertThat(headers.get("aggregate_type")).hasToString("invoice");
    assertThat(headers.get("cloudEvents:specversion")).hasToString("1.0");
    assertThat(headers.get("cloudEvents:id")).hasToString(id);
    assertThat(headers.get("cloudEvents:source")).hasToString("/ordering/invoice");
    assertThat(headers.get("cloudEvents:subject")).hasToString("4711");
    assertThat(headers.get("cloudEvents:time")).hasToString("2026-01-02T03:04:05.678Z");
    await().until(() -> outbox.count("PUBLISHED") == 1);
  }

  @Test
  void everything_arrives_once_and_in_order_of_its_aggregate_when_nothing_fails() {
    outbox.insertMany(5000, 700);
    outbox.startRelay(uri);
    outbox.startRelay(uri);
    await().atMost(Duration.ofSeconds(60)).until(() -> outbox.count("PUBLISHED") == 5000);
    await().until(() -> history.all().size() >= 5000);
    assertThat(history.ids()).doesNotHaveDuplicates().hasSize(5000);
    Order.assertKept(outbox.sql, history);
  }

  @Test
  void a_message_that_no_queue_took_is_not_marked_published_although_it_was_acked()
      throws Exception {
    history.unbind();
    Relay relay = outbox.startRelay(uri);
    String id = outbox.insert("a", "thing.changed");
    await().until(relay::isRefusedByAll);

    assertThat(outbox.ids("PENDING")).containsExactly(id);
    assertThat(attempts()).isEqualTo(0);
    history.bind();
    await().until(() -> outbox.count("PUBLISHED") == 1);
    await().until(() -> !history.all().isEmpty());
    assertThat(history.ids()).containsExactly(id);
  }

  @Test
  void rows_that_nobody_can_take_wait_without_an_attempt_spent_and_then_all_flow()
      throws Exception {
    history.unbind();
    outbox.insertMany(1000, 1000);
    Relay relay = outbox.startRelay(uri);
    await().until(relay::isRefusedByAll);
    await().during(Duration.ofSeconds(2)).until(() -> outbox.count("PENDING") == 1000);
    assertThat(attempts()).isEqualTo(0);

    history.bind();
    await().atMost(Duration.ofSeconds(30)).until(() -> outbox.count("PUBLISHED") == 1000);
    await().until(() -> history.firstArrivals().size() == 1000);
  }

  @Test
  void a_row_that_is_refused_alone_is_retried_later_and_its_neighbours_flow() throws Exception {
    history.unbind();
    history.channel.queueBind(history.queue, "orders.events", "good.#");
    outbox.startRelay(uri);
    String bad = outbox.insert("bad", "bad.thing");
    String behind = outbox.insert("bad", "good.thing");
    List<String> good =
        java.util.stream.IntStream.range(0, 50)
            .mapToObj(n -> outbox.insert("g" + n, "good.thing"))
            .toList();

    await().until(() -> outbox.count("PUBLISHED") == 50);
    await()
        .until(
            () -> {
              outbox.insert("next", "good.thing");
              return outbox.ids("RETRYING").equals(List.of(bad));
            });
    await().until(() -> history.ids().containsAll(good));
    assertThat(history.ids()).doesNotContain(bad, behind);
    assertThat(attempts()).isGreaterThan(0);

    history.bind();
    await().atMost(Duration.ofSeconds(20)).until(() -> outbox.ids("PUBLISHED").contains(behind));
    assertThat(history.ids()).containsSubsequence(bad, behind);
  }

  private int attempts() {
    return outbox.sql.sql("select sum(attempts) from outbox_state").query(Integer.class).single();
  }

  @Test
  void many_rows_behind_one_that_waits_keep_nobody_else_of_their_bucket_waiting() {
    String head = outbox.insert("stuck", "thing.changed");
    outbox
        .sql
        .sql(
            """
            update outbox_delivery set state = 'PARKED', last_error = 'x', first_failed_at = now()
            """)
        .update();
    outbox
        .sql
        .sql(
            """
            insert into outbox (aggregate_type, aggregate_id, event_type, payload)
            select 'thing', 'stuck', 'thing.changed', '{}' from generate_series(1, 3000)
            """)
        .update();
    // The same bucket, by trying: another aggregate that has to get past the 3,000.
    String neighbour =
        outbox
            .sql
            .sql(
                """
                select 'n' || n from generate_series(1, 5000) n
                where ordering.bucket_of(ordering.aggregate_key('thing', 'n' || n))
                    = ordering.bucket_of(ordering.aggregate_key('thing', 'stuck'))
                limit 1
                """)
            .query(String.class)
            .single();
    String free = outbox.insert(neighbour, "thing.changed");
    outbox.startRelay(uri);
    await().atMost(Duration.ofSeconds(20)).until(() -> outbox.ids("PUBLISHED").contains(free));
    String later = outbox.insert(neighbour, "thing.changed");
    await().atMost(Duration.ofSeconds(20)).until(() -> outbox.ids("PUBLISHED").contains(later));
    assertThat(history.ids()).containsExactly(free, later);
    assertThat(outbox.ids("PARKED")).containsExactly(head);
    assertThat(outbox.count("BLOCKED")).isEqualTo(3000);
  }

  @Test
  void numbers_of_any_kind_that_the_outbox_takes_are_sent() {
    outbox.startRelay(uri);
    outbox
        .sql
        .sql(
            """
            insert into outbox (aggregate_type, aggregate_id, event_type, payload, headers)
            values ('thing', 'a', 'thing.changed', '{}',
                    '{"long": 9223372036854775807, "beyond": 9223372036854775808, "tiny": 1e-30, "big": 1e39}')
            """)
        .update();
    await().until(() -> history.all().size() == 1);
    assertThat(history.all().get(0).properties().getHeaders())
        .containsEntry("long", Long.MAX_VALUE)
        .containsEntry("beyond", 0x1p63)
        .containsEntry("tiny", 1e-30)
        .containsEntry("big", 1e39);
  }

  @Test
  void a_relay_that_cannot_reach_its_broker_leaves_the_work_to_one_that_can() {
    Relay lost = outbox.startRelay("amqp://guest:wrong@127.0.0.1:1");
    await().until(() -> lost.buckets() > 0);
    outbox.startRelay(uri);
    outbox.insertMany(200, 200);
    await().atMost(Duration.ofSeconds(20)).until(() -> outbox.count("PUBLISHED") == 200);
    assertThat(lost.buckets()).isZero();
  }
}
