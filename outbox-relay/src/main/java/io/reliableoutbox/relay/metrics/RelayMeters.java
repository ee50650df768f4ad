package io.reliableoutbox.relay.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.reliableoutbox.relay.loop.Relay;
import org.springframework.stereotype.Component;

/** Shows what this relay holds: messages with the broker, buckets, and how often it lost some. */
@Component
class RelayMeters {
  RelayMeters(MeterRegistry registry, Relay relay) {
    Gauge.builder("outbox.in.flight", relay, Relay::inFlight)
        .description("Messages with the broker that it has not answered yet")
        .register(registry);
    Gauge.builder("outbox.leases", relay, Relay::buckets)
        .description("Buckets that this relay owns")
        .register(registry);
    FunctionCounter.builder("outbox.epoch.losses", relay, Relay::epochLosses)
        .description("Buckets that another relay took over while this one thought it owned them")
        .register(registry);
  }
}
