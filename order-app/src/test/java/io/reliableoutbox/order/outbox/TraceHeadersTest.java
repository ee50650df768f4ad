package io.reliableoutbox.order.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TraceHeadersTest {
  @Test
  void without_tracing_there_are_no_headers() {
    assertThat(new TraceHeaders(Tracer.NOOP, Propagator.NOOP).current()).isEmpty();
  }

  @Test
  void a_failure_of_tracing_is_nobodys_failure() {
    assertThat(new TraceHeaders(Tracer.NOOP, new Broken()).current()).isEmpty();
  }

  @Test
  void a_tracestate_that_is_longer_than_must_be_passed_on_is_left_out() {
    assertThat(new TraceHeaders(Tracer.NOOP, new State("x".repeat(512))).current())
        .containsOnlyKeys("traceparent", "tracestate");
    assertThat(new TraceHeaders(Tracer.NOOP, new State("x".repeat(513))).current())
        .containsExactly(Map.entry("traceparent", "00-..."));
  }

  private static class Broken implements Propagator {
    @Override
    public List<String> fields() {
      return List.of();
    }

    @Override
    public <C> void inject(TraceContext context, C carrier, Setter<C> setter) {
      throw new IllegalStateException("broken");
    }

    @Override
    public <C> Span.Builder extract(C carrier, Getter<C> getter) {
      throw new IllegalStateException("broken");
    }
  }

  private static final class State extends Broken {
    private final String state;

    State(String state) {
      this.state = state;
    }

    @Override
    public <C> void inject(TraceContext context, C carrier, Setter<C> setter) {
      setter.set(carrier, "traceparent", "00-...");
      setter.set(carrier, "tracestate", state);
    }
  }
}
