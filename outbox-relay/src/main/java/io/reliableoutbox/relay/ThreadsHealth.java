package io.reliableoutbox.relay;

import io.reliableoutbox.relay.loop.Relay;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Liveness: every thread of the relay lives. A broker or database that is away is no reason to
 * restart.
 */
@Component("threads")
class ThreadsHealth implements HealthIndicator {
  private final Relay relay;

  ThreadsHealth(Relay relay) {
    this.relay = relay;
  }

  @Override
  public Health health() {
    return relay.isAlive() ? Health.up().build() : Health.down().build();
  }
}
