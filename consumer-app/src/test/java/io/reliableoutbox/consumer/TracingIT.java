package io.reliableoutbox.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.reliableoutbox.consumer.Publisher.Message;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;

/** Whole processes on a real broker: what a trace tells of an event. */
@ExtendWith(OutputCaptureExtension.class)
class TracingIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String REQUEST = "00f067aa0ba902b7";
  private static final String TRACEPARENT = "00-" + TRACE + "-" + REQUEST + "-03";
  private ConsumerDatabase database;
  private String brokerUri;
  private Publisher publisher;

  static class Exporter {
    @Bean
    InMemorySpanExporter spans() {
      return InMemorySpanExporter.create();
    }
  }

  @BeforeEach
  void prepare() throws Exception {
    database = new ConsumerDatabase();
    brokerUri = TestInfrastructure.broker().freshVirtualHost();
    publisher = new Publisher(brokerUri);
  }

  @AfterEach
  void remove() throws Exception {
    publisher.close();
    database.close();
  }

  @Test
  void each_consumer_continues_the_trace_of_the_request() throws Exception {
    try (var process = start(Exporter.class)) {
      awaitReady(process);
      var spans = process.bean(InMemorySpanExporter.class);
      var message = created();
      Instant before = Instant.now();
      publish(message, TRACEPARENT);
      await().atMost(LIMIT).until(() -> spans.getFinishedSpanItems().size() == 3);
      assertThat(spans.getFinishedSpanItems())
          .extracting(SpanData::getName)
          .containsExactlyInAnyOrder("process email", "process inventory", "process analytics");
      assertThat(spans.getFinishedSpanItems())
          .allSatisfy(
              span -> {
                assertThat(span.getTraceId()).isEqualTo(TRACE);
                assertThat(span.getParentSpanId()).isEqualTo(REQUEST);
                assertThat(span.getKind()).isEqualTo(SpanKind.CONSUMER);
                assertThat(id(span)).isEqualTo(message.id().toString());
                assertThat(Duration.ofNanos(span.getEndEpochNanos() - span.getStartEpochNanos()))
                    .isBetween(Duration.ZERO, Duration.between(before, Instant.now()));
              });
    }
  }

  @Test
  void a_context_that_is_malformed_or_not_sampled_parks_nothing_and_makes_no_span()
      throws Exception {
    try (var process = start(Exporter.class)) {
      awaitReady(process);
      var spans = process.bean(InMemorySpanExporter.class);
      var traceparents =
          List.of(
              "nonsense",
              "",
              17,
              true,
              List.of(TRACEPARENT),
              Map.of("traceparent", TRACEPARENT),
              "00-" + TRACE + "-" + REQUEST + "-02",
              "00-" + TRACE + "-" + "0".repeat(16) + "-01");
      for (Object traceparent : traceparents) {
        publish(created(), traceparent);
      }
      var last = created();
      publish(last, TRACEPARENT);
      awaitApplied(traceparents.size() + 1);
      await().atMost(LIMIT).until(() -> spans.getFinishedSpanItems().size() >= 3);
      assertThat(spans.getFinishedSpanItems())
          .extracting(TracingIT::id)
          .containsOnly(last.id().toString())
          .hasSize(3);
    }
  }

  @Test
  void without_an_exporter_the_log_names_the_trace_of_a_parked_event_all_the_same(
      CapturedOutput output) throws Exception {
    var bad = created();
    try (var process = start()) {
      awaitReady(process);
      publisher.publish(bad, "{}", Map.of("traceparent", TRACEPARENT));
      await().atMost(LIMIT).until(() -> parked(output, bad).size() == 3);
    }
    assertThat(parked(output, bad)).allSatisfy(line -> assertThat(line).contains(TRACE));
    assertThat(output.getAll().lines().filter(line -> line.contains("consuming for")))
        .singleElement()
        .asString()
        .contains("] io.reliableoutbox.consumer.Consumers");
  }

  private static List<String> parked(CapturedOutput output, Message message) {
    return output
        .getAll()
        .lines()
        .filter(line -> line.contains(message.id() + " is parked by"))
        .toList();
  }

  private ConsumerProcess start(Class<?>... beans) {
    return ConsumerProcess.start(
        database,
        brokerUri,
        List.of("--management.opentelemetry.tracing.export.schedule-delay=20ms"),
        beans);
  }

  private static void awaitReady(ConsumerProcess process) {
    await().atMost(LIMIT).until(() -> process.health("readiness").equals("UP"));
  }

  private void publish(Message message, Object traceparent) throws Exception {
    publisher.publish(message, Publisher.body(message), Map.of("traceparent", traceparent));
  }

  private static Message created() {
    return Message.of(UUID.randomUUID(), 1, "order.created");
  }

  private void awaitApplied(long events) {
    for (String consumer : List.of("email", "inventory", "analytics")) {
      await()
          .atMost(LIMIT)
          .until(() -> database.states(consumer).equals(Map.of("APPLIED", events)));
    }
  }

  private static String id(SpanData span) {
    return span.getAttributes().get(AttributeKey.stringKey("messaging.message.id"));
  }
}
