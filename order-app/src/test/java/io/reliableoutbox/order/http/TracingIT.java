package io.reliableoutbox.order.http;

import static io.reliableoutbox.order.RunningOrderApp.ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.reliableoutbox.lab.infrastructure.TestDatabase;
import io.reliableoutbox.order.Answer;
import io.reliableoutbox.order.RunningOrderApp;
import io.reliableoutbox.order.TestSchema;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

class TracingIT {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";
  private static final String TRACEPARENT = "00-" + TRACE + "-" + CALLER + "-01";
  // Of a trace that begins here: sampled, and with an id that is random.
  private static final String SAMPLED = "-03";
  private static RunningOrderApp app;
  private static JdbcClient observer;
  private static InMemorySpanExporter spans;

  static class Exporter {
    @Bean
    InMemorySpanExporter spans() {
      return InMemorySpanExporter.create();
    }
  }

  @BeforeAll
  static void start() {
    TestDatabase database = TestSchema.fresh();
    observer = TestSchema.observer(database);
    app =
        RunningOrderApp.on(
            database,
            List.of(Exporter.class),
            "--management.opentelemetry.tracing.export.schedule-delay=20ms");
    spans = app.part(InMemorySpanExporter.class);
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  @Test
  void the_event_carries_the_context_of_its_request_which_continues_the_callers() {
    Answer placed = app.place(ORDER, "traceparent", TRACEPARENT, "tracestate", "vendor=a");
    SpanData request = spanOf(placed);
    assertThat(request.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(request.getTraceId()).isEqualTo(TRACE);
    assertThat(request.getParentSpanId()).isEqualTo(CALLER);
    assertThat(header(placed, "traceparent"))
        .isEqualTo("00-" + TRACE + "-" + request.getSpanId() + "-01");
    assertThat(header(placed, "tracestate")).isEqualTo("vendor=a");
  }

  @Test
  void each_change_has_the_context_of_its_own_request() {
    Answer placed = app.place(ORDER);
    app.post("/orders/" + placed.text("id") + "/pay");
    List<String> contexts = headers(placed, "traceparent");
    assertThat(contexts).hasSize(2).doesNotHaveDuplicates();
    assertThat(contexts.stream().map(context -> span(context).getName()))
        .containsExactly("http post /orders", "http post /orders/{id}/pay");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "",
        "00-00000000000000000000000000000000-" + CALLER + "-01",
        "00-" + TRACE + "-0000000000000000-01",
        "ff-" + TRACE + "-" + CALLER + "-01",
        TRACEPARENT + "-more"
      })
  void a_malformed_context_begins_a_new_trace(String traceparent) {
    Answer placed = app.place(ORDER, "traceparent", traceparent, "tracestate", "?=,,=");
    assertThat(placed.status()).isEqualTo(201);
    assertThat(header(placed, "traceparent"))
        .matches("00-[0-9a-f]{32}-[0-9a-f]{16}" + SAMPLED)
        .doesNotContain(TRACE);
    assertThat(spanOf(placed).getParentSpanContext().isValid()).isFalse();
  }

  @Test
  void a_caller_that_does_not_sample_is_followed() {
    String trace = "5".repeat(32);
    Answer placed = app.place(ORDER, "traceparent", "00-" + trace + "-" + CALLER + "-00");
    assertThat(header(placed, "traceparent")).startsWith("00-" + trace).endsWith("-00");
    // Spans come in the order of their ends.
    spanOf(app.place(ORDER));
    assertThat(spans.getFinishedSpanItems()).noneMatch(span -> span.getTraceId().equals(trace));
  }

  @Test
  void a_huge_tracestate_and_baggage_fail_no_order_and_stay_out_of_the_event() {
    String state =
        IntStream.range(0, 28)
            .mapToObj(n -> "vendor" + n + "=" + "x".repeat(240))
            .collect(Collectors.joining(","));
    Answer placed =
        app.place(
            ORDER, "traceparent", TRACEPARENT, "tracestate", state, "baggage", "CC=1,user=me");
    assertThat(placed.status()).isEqualTo(201);
    assertThat(
            observer
                .sql("select jsonb_object_keys(headers) from ordering.outbox where aggregate_id=?")
                .param(placed.text("id"))
                .query(String.class)
                .list())
        .containsExactly("traceparent");
  }

  @Test
  void looks_at_health_and_metrics_are_no_traces() {
    app.get("/actuator/health");
    app.get("/actuator/prometheus");
    spanOf(app.place(ORDER));
    assertThat(spans.getFinishedSpanItems())
        .extracting(SpanData::getName)
        .allMatch(name -> name.startsWith("http post /orders"));
  }

  private static SpanData spanOf(Answer placed) {
    return span(header(placed, "traceparent"));
  }

  private static SpanData span(String traceparent) {
    String spanId = traceparent.substring(36, 52);
    await().until(() -> spans.getFinishedSpanItems().stream().anyMatch(has(spanId)));
    return spans.getFinishedSpanItems().stream().filter(has(spanId)).findFirst().orElseThrow();
  }

  private static Predicate<SpanData> has(String spanId) {
    return span -> span.getSpanId().equals(spanId);
  }

  private static String header(Answer placed, String name) {
    return headers(placed, name).get(0);
  }

  private static List<String> headers(Answer placed, String name) {
    return observer
        .sql("select headers ->> ? from ordering.outbox where aggregate_id = ? order by position")
        .params(name, placed.text("id"))
        .query(String.class)
        .list();
  }
}
