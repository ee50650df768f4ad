package io.reliableoutbox.consumer.inbox;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.reliableoutbox.consumer.ConsumerDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A consumer whose effect is a row in a table without a key: applied twice, it stands there twice.
 * {@link #before} is called with each event before its effect, to fail or to wait.
 */
final class Probe implements Effect<Event> {
  static final String CONSUMER = "probe";
  static final RetryDelays DELAYS =
      new RetryDelays(List.of(Duration.ofMillis(50), Duration.ofMillis(100)));
  static final Horizon HORIZON = new Horizon(Duration.ofDays(7), InstantSource.system());
  private static final Outcome SEEN = new Outcome("SEEN");
  volatile Consumer<Event> before = event -> {};
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Inbox<Event> inbox;
  final Receiver receiver;
  private final JdbcClient jdbc;

  Probe(DataSource connections) {
    jdbc = JdbcClient.create(connections);
    var transactions = new TransactionTemplate(new JdbcTransactionManager(connections));
    inbox = new Inbox<>(this, DELAYS, HORIZON, transactions, jdbc);
    receiver =
        new Receiver(
            inbox, new Patience(() -> false), new InboxMeters(meters, CONSUMER), Traces.NONE);
  }

  static void makeTable(ConsumerDatabase database) {
    database
        .owner()
        .sql("create table public.probe_effect (message_id uuid, version bigint)")
        .update();
    database.owner().sql("grant insert on public.probe_effect to consumer_app").update();
  }

  static long effects(ConsumerDatabase database, UUID messageId) {
    return database
        .owner()
        .sql("select count(*) from public.probe_effect where message_id = ?")
        .param(messageId)
        .query(Long.class)
        .single();
  }

  @Override
  public String consumer() {
    return CONSUMER;
  }

  @Override
  public Event read(Event event) {
    if (event.content().toString().equals("unreadable")) {
      throw new PermanentFailure("there is no sense in it");
    }
    return event;
  }

  @Override
  public List<Outcome> apply(List<Event> events) {
    for (Event event : events) {
      before.accept(event);
      jdbc.sql("insert into public.probe_effect (message_id, version) values (?, ?)")
          .params(event.messageId(), event.version())
          .update();
    }
    return events.stream().map(event -> SEEN).toList();
  }

  void receive(Received... messages) {
    receiver.settle(new Work.Deliveries(List.of(messages)));
  }

  /** Settles what is due. */
  void retry() {
    receiver.retryDue(1000);
  }

  static Event event(String aggregate, long version) {
    return event(aggregate, version, "{\"some\": \"body\"}");
  }

  static Event event(String aggregate, Long version, Instant occurredAt) {
    var event = event(aggregate, 1);
    return new Event(
        event.messageId(),
        event.type(),
        event.aggregate(),
        version,
        false,
        occurredAt,
        event.content());
  }

  static Event tombstone(String aggregate, long version) {
    var event = event(aggregate, version);
    return new Event(
        event.messageId(),
        event.type(),
        event.aggregate(),
        version,
        true,
        null,
        new Content("orders.events/order.test", "{\"skipped\": true}", new byte[0]));
  }

  static Event event(String aggregate, long version, String body) {
    var content =
        new Content(
            "orders.events/order.test",
            "{\"aggregate_id\": \"" + aggregate + "\"}",
            body.getBytes(StandardCharsets.UTF_8));
    var key = new AggregateKey("order", aggregate);
    return new Event(UUID.randomUUID(), "order.test", key, version, false, null, content);
  }
}
