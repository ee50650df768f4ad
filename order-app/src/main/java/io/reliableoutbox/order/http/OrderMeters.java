package io.reliableoutbox.order.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.reliableoutbox.order.OrderStep;
import io.reliableoutbox.order.change.Change;
import io.reliableoutbox.order.change.Placement;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** Counts what came of the requests: {@code orders_requests_total{step,outcome}}. */
@Component
class OrderMeters {
  private final MeterRegistry registry;

  OrderMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  void count(Placement placement) {
    count("place", placement.getClass());
  }

  void count(OrderStep step, Change change) {
    count(step.name().toLowerCase(Locale.ROOT), change.getClass());
  }

  private void count(String step, Class<?> outcome) {
    String words = outcome.getSimpleName().replaceAll("(?<=.)(?=[A-Z])", "_");
    registry
        .counter("orders.requests", "step", step, "outcome", words.toLowerCase(Locale.ROOT))
        .increment();
  }
}
