package io.reliableoutbox.relay.trace;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.propagation.Propagator;
import io.reliableoutbox.relay.core.Mark;
import io.reliableoutbox.relay.core.OutboxRow;
import io.reliableoutbox.relay.outbox.OutboxMessage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the time that an event spent in the outbox a span in the trace of the request that wrote
 * it: from {@code occurred_at} to the confirm. Made in one go when it is over, so nothing is kept
 * for a message under way. A row without a {@code traceparent}, or with one that is malformed or
 * not sampled, costs a look at that header.
 *
 * <p>The message carries the row's context and not this span's: it is the same on every retry.
 */
final class TracedOutbox implements OutboxSpans {
  private static final Logger log = LoggerFactory.getLogger(TracedOutbox.class);
  // W3C trace context, valid and sampled: the last bit of the flags.
  private static final Pattern SAMPLED =
      Pattern.compile(
          "(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f][13579bdf]");

  private final Propagator propagator;
  private final String exchange;

  TracedOutbox(Propagator propagator, String exchange) {
    this.propagator = propagator;
    this.exchange = exchange;
  }

  @Override
  public void marked(List<Mark> marks, Instant confirmedAt) {
    try {
      for (Mark mark : marks) {
        if (mark instanceof Mark.Published
            && mark.row().message() instanceof OutboxMessage message) {
          published(mark.row(), message, confirmedAt);
        }
      }
    } catch (RuntimeException e) {
      log.warn("spans of up to {} events are lost: {}", marks.size(), e.toString());
    }
  }

  private void published(OutboxRow row, OutboxMessage message, Instant confirmedAt) {
    String traceparent = header(message.headers(), "traceparent");
    if (traceparent == null || !SAMPLED.matcher(traceparent).matches()) {
      return;
    }
    propagator
        .extract(message.headers(), TracedOutbox::header)
        .name("outbox")
        .kind(Span.Kind.PRODUCER)
        .tag("messaging.system", "rabbitmq")
        .tag("messaging.operation.type", "send")
        .tag("messaging.operation.name", "publish")
        .tag("messaging.destination.name", exchange)
        .tag("messaging.rabbitmq.destination.routing_key", message.eventType())
        .tag("messaging.message.id", row.id().toString())
        .tag("outbox.attempts", row.attempts() + 1L)
        .startTimestamp(micros(message.occurredAt()), TimeUnit.MICROSECONDS)
        .start()
        // The writer's clock may be ahead of ours.
        .end(Math.max(micros(message.occurredAt()), micros(confirmedAt)), TimeUnit.MICROSECONDS);
  }

  private static @Nullable String header(
      @Nullable Map<String, @Nullable Object> headers, String name) {
    return headers != null && headers.get(name) instanceof String text ? text : null;
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }
}
