package io.reliableoutbox.relay.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.reliableoutbox.relay.outbox.Lag;
import java.util.function.ToDoubleFunction;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Shows what waits in the outbox, as of the last look, every ten seconds: the same from every
 * relay. While the database is away the last values stay; readiness says that it is away.
 */
@Component
class LagMeters {
  private final Lag lag;
  private volatile Lag.Sample sample = Lag.Sample.UNKNOWN;

  LagMeters(MeterRegistry registry, Lag lag) {
    this.lag = lag;
    gauge(registry, "outbox.pending", "Events that wait to be published", Lag.Sample::pending);
    gauge(
        registry,
        "outbox.oldest.pending.age.seconds",
        "Age of the oldest event that waits",
        Lag.Sample::oldestPendingSeconds);
    gauge(registry, "outbox.parked", "Events that wait for an operator", Lag.Sample::parked);
    gauge(
        registry,
        "outbox.blocked.aggregates",
        "Aggregates that wait behind a parked event",
        Lag.Sample::blockedAggregates);
  }

  @Scheduled(initialDelayString = "PT2S", fixedDelayString = "PT10S")
  void look() {
    try {
      sample = lag.sample();
    } catch (DataAccessException e) {
      sample = Lag.Sample.UNKNOWN;
    }
  }

  private void gauge(
      MeterRegistry registry, String name, String what, ToDoubleFunction<Lag.Sample> value) {
    Gauge.builder(name, this, meters -> value.applyAsDouble(meters.sample))
        .description(what)
        .register(registry);
  }
}
