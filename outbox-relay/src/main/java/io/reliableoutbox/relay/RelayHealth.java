package io.reliableoutbox.relay;

import io.reliableoutbox.relay.loop.Relay;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Readiness: whether the relay can publish now, and if not, why. */
@Component("broker")
class RelayHealth implements HealthIndicator {
  private final Relay relay;

  RelayHealth(Relay relay) {
    this.relay = relay;
  }

  @Override
  public Health health() {
    String state = relay.brokerState();
    return (state.equals(Relay.CONNECTED) ? Health.up() : Health.down())
        .withDetail("broker", state)
        .withDetail("refusesEverything", relay.isRefusedByAll())
        .withDetail("buckets", relay.buckets())
        .build();
  }
}
