package io.reliableoutbox.relay.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.relay.OutboxFixture;
import io.reliableoutbox.relay.QueueHistory;
import io.reliableoutbox.relay.RelayApplication;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** The whole relay with an exporter that keeps the spans. */
class OutboxSpansIT {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String REQUEST = "00f067aa0ba902b7";
  private static final String TRACEPARENT = "00-" + TRACE + "-" + REQUEST + "-03";
  private final String uri = TestInfrastructure.broker().freshVirtualHost();
  private OutboxFixture outbox;
  private QueueHistory history;

  static class Exporter {
    @Bean
    InMemorySpanExporter spans() {
      return InMemorySpanExporter.create();
    }
  }

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
  void the_time_in_the_outbox_is_a_span_of_the_requests_trace() {
    Instant occurredAt = Instant.now().minusSeconds(7).truncatedTo(ChronoUnit.MICROS);
    try (var relay = relay(Exporter.class)) {
      String id =
          insert("{\"traceparent\": \"" + TRACEPARENT + "\", \"tracestate\": \"v=1\"}", occurredAt);
      var spans = relay.getBean(InMemorySpanExporter.class);
      await().until(() -> !spans.getFinishedSpanItems().isEmpty());
      SpanData span = spans.getFinishedSpanItems().get(0);
      assertThat(span.getName()).isEqualTo("outbox");
      assertThat(span.getKind()).isEqualTo(SpanKind.PRODUCER);
      assertThat(span.getTraceId()).isEqualTo(TRACE);
      assertThat(span.getParentSpanId()).isEqualTo(REQUEST);
      assertThat(span.getSpanContext().getTraceState().get("v")).isEqualTo("1");
      assertThat(time(span.getStartEpochNanos())).isEqualTo(occurredAt);
      assertThat(time(span.getEndEpochNanos()))
          .isBetween(occurredAt.plusSeconds(7), Instant.now().plus(Duration.ofMillis(1)));
      assertThat(span.getAttributes().get(AttributeKey.stringKey("messaging.message.id")))
          .isEqualTo(id);
      await().until(() -> !history.all().isEmpty());
      assertThat(history.all())
          .singleElement()
          .satisfies(
              message ->
                  assertThat(message.properties().getHeaders().get("traceparent"))
                      .hasToString(TRACEPARENT));
    }
  }

  @Test
  void a_context_that_is_malformed_or_not_sampled_makes_no_span_and_no_difference() {
    try (var relay = relay(Exporter.class)) {
      Instant now = Instant.now();
      insert("{}", now);
      for (String value :
          new String[] {
            "\"nonsense\"",
            "\"\"",
            "17",
            "true",
            "null",
            "\"00-" + TRACE + "-" + REQUEST + "-02\"",
            "\"00-" + "0".repeat(32) + "-" + REQUEST + "-01\"",
            "\"00-" + TRACE + "-" + REQUEST + "-01-more\""
          }) {
        insert("{\"traceparent\": " + value + "}", now);
      }
      String last = insert("{\"traceparent\": \"" + TRACEPARENT + "\"}", now);
      var spans = relay.getBean(InMemorySpanExporter.class);
      await().until(() -> outbox.count("PUBLISHED") == 10);
      await().until(() -> !spans.getFinishedSpanItems().isEmpty());
      assertThat(spans.getFinishedSpanItems())
          .singleElement()
          .satisfies(
              span ->
                  assertThat(
                          span.getAttributes().get(AttributeKey.stringKey("messaging.message.id")))
                      .isEqualTo(last));
    }
  }

  @Test
  void without_an_exporter_no_span_is_made() {
    try (var relay = relay()) {
      assertThat(relay.getBean(OutboxSpans.class)).isSameAs(OutboxSpans.NONE);
    }
  }

  private ConfigurableApplicationContext relay(Class<?>... additions) {
    var sources = new Class<?>[additions.length + 1];
    sources[0] = RelayApplication.class;
    System.arraycopy(additions, 0, sources, 1, additions.length);
    return SpringApplication.run(
        sources,
        new String[] {
          "--server.port=0",
          "--spring.datasource.url=" + outbox.database.jdbcUrl(),
          "--spring.datasource.password=" + OutboxFixture.RELAY_PASSWORD,
          "--rabbitmq.uri=" + uri,
          "--management.opentelemetry.tracing.export.schedule-delay=20ms"
        });
  }

  // One aggregate for all: they are published in this order.
  private String insert(String headers, Instant occurredAt) {
    return outbox
        .sql
        .sql(
            """
            insert into outbox (aggregate_type, aggregate_id, event_type, payload, headers, occurred_at)
            values ('thing', '1', 'thing.changed', '{"a": 1}', cast(:headers as jsonb), cast(:at as timestamptz))
            returning id::text
            """)
        .param("headers", headers)
        .param("at", occurredAt.toString())
        .query(String.class)
        .single();
  }

  private static Instant time(long epochNanos) {
    return Instant.EPOCH.plus(epochNanos, ChronoUnit.NANOS);
  }
}
