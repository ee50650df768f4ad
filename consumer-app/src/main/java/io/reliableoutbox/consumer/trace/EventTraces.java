package io.reliableoutbox.consumer.trace;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.reliableoutbox.consumer.inbox.Event;
import io.reliableoutbox.consumer.inbox.Received;
import io.reliableoutbox.consumer.inbox.Traces;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Continues the trace that a message names in its header {@code traceparent}: a span for each
 * applied event, from when its batch was taken to the commit, made in one go after it. Where spans
 * go nowhere, none are made. A message with a malformed context, or one that is not sampled, is
 * applied like any other and has no span.
 */
@Component
final class EventTraces implements Traces {
  private static final Logger log = LoggerFactory.getLogger(EventTraces.class);
  // The name under which Micrometer, too, puts it into log lines.
  private static final String TRACE_ID = "traceId";
  private static final Pattern TRACEPARENT =
      Pattern.compile(
          "(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]([0-9a-f])");
  private static final String SAMPLED = "13579bdf";

  private final Propagator propagator;
  private final boolean exporting;

  EventTraces(Propagator propagator, ObjectProvider<SpanExporter> exporters) {
    this.propagator = propagator;
    this.exporting = exporters.stream().findAny().isPresent();
  }

  @Override
  public void applied(String consumer, Event event, Instant since) {
    Matcher context = exporting ? context(event) : null;
    if (context == null || !SAMPLED.contains(context.group(2))) {
      return;
    }
    try {
      span(consumer, event, since);
    } catch (RuntimeException e) {
      log.warn("the span of event {} is lost: {}", event.messageId(), e.toString());
    }
  }

  private void span(String consumer, Event event, Instant since) {
    propagator
        .extract(event, EventTraces::header)
        .name("process " + consumer)
        .kind(Span.Kind.CONSUMER)
        .tag("messaging.system", "rabbitmq")
        .tag("messaging.operation.type", "process")
        .tag("messaging.operation.name", "apply")
        .tag("messaging.consumer.group.name", consumer)
        .tag("messaging.rabbitmq.destination.routing_key", event.type())
        .tag("messaging.message.id", event.messageId().toString())
        .startTimestamp(ChronoUnit.MICROS.between(Instant.EPOCH, since), TimeUnit.MICROSECONDS)
        .start()
        .end();
  }

  @Override
  public void around(Received message, Runnable lines) {
    Matcher context = context(message);
    if (context == null) {
      lines.run();
      return;
    }
    MDC.put(TRACE_ID, context.group(1));
    try {
      lines.run();
    } finally {
      MDC.remove(TRACE_ID);
    }
  }

  private static @Nullable Matcher context(Received message) {
    String traceparent = header(message, "traceparent");
    Matcher context = TRACEPARENT.matcher(traceparent == null ? "" : traceparent);
    return context.matches() ? context : null;
  }

  private static @Nullable String header(@Nullable Received message, String name) {
    return message == null ? null : message.content().header(name);
  }
}
