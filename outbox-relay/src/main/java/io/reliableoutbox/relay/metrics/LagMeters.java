package io.reliableoutbox.relay.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.reliableoutbox.relay.outbox.Lag;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Shows what waits in the outbox, as of the last look, every ten seconds: the same from every
 * relay. A look that takes long (it has to walk over what vacuum can't remove) is repeated after
 * twenty times as long. While the database is away the values are unknown; readiness says that it
 * is away.
 */
@Component
class LagMeters {
  private static final int REST = 20;
  private final Lag lag;
  private final LongSupplier nanoTime;
  private long notBefore;
  private volatile Lag.Sample sample = Lag.Sample.UNKNOWN;

  @Autowired
  LagMeters(MeterRegistry registry, Lag lag) {
    this(registry, lag, System::nanoTime);
  }

  LagMeters(MeterRegistry registry, Lag lag, LongSupplier nanoTime) {
    this.lag = lag;
    this.nanoTime = nanoTime;
    this.notBefore = nanoTime.getAsLong();
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
    long began = nanoTime.getAsLong();
    if (began - notBefore < 0) {
      return;
    }
    try {
      sample = lag.sample();
    } catch (DataAccessException e) {
      sample = Lag.Sample.UNKNOWN;
    }
    long ended = nanoTime.getAsLong();
    notBefore = ended + REST * (ended - began);
  }

  private void gauge(
      MeterRegistry registry, String name, String what, ToDoubleFunction<Lag.Sample> value) {
    Gauge.builder(name, this, meters -> value.applyAsDouble(meters.sample))
        .description(what)
        .register(registry);
  }
}
