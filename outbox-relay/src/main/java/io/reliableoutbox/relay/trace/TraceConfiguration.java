package io.reliableoutbox.relay.trace;

import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.reliableoutbox.relay.RelaySettings;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Spans only where there is somebody to send them to. */
@Configuration(proxyBeanMethods = false)
class TraceConfiguration {
  @Bean
  OutboxSpans outboxSpans(
      ObjectProvider<SpanExporter> exporters, Propagator propagator, RelaySettings settings) {
    return exporters.stream().findAny().isPresent()
        ? new TracedOutbox(propagator, settings.exchange())
        : OutboxSpans.NONE;
  }
}
