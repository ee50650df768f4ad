package io.reliableoutbox.order.outbox;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The W3C trace context of the present request, as headers of the events that it causes: {@code
 * traceparent}, and {@code tracestate} where there is one. An event goes without rather than not at
 * all: no failure of tracing leaves this class.
 */
@Component
public class TraceHeaders {
  private static final Logger log = LoggerFactory.getLogger(TraceHeaders.class);
  // What W3C wants everybody to pass on of a tracestate; a longer one may be dropped. A client
  // could
  // otherwise fill the 8 KiB that the headers of an event may have, and its order would fail.
  private static final int LONGEST = 512;

  private final Tracer tracer;
  private final Propagator propagator;

  public TraceHeaders(Tracer tracer, Propagator propagator) {
    this.tracer = tracer;
    this.propagator = propagator;
  }

  /** Empty where there is no request, or none that is traced. */
  Map<String, String> current() {
    var headers = new HashMap<String, String>();
    try {
      Span span = tracer.currentSpan();
      if (span != null) {
        propagator.inject(span.context(), headers, (all, name, value) -> headers.put(name, value));
      }
    } catch (RuntimeException e) {
      log.warn("an event goes without its trace context: {}", e.toString());
      return Map.of();
    }
    headers.values().removeIf(value -> value.length() > LONGEST);
    return headers;
  }
}
