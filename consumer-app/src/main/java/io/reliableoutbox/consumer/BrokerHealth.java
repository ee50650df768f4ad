package io.reliableoutbox.consumer;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Readiness: whether every consumer is subscribed, and if not, what the broker says. */
@Component("broker")
class BrokerHealth implements HealthIndicator {
  private final Consumers consumers;

  BrokerHealth(Consumers consumers) {
    this.consumers = consumers;
  }

  @Override
  public Health health() {
    return (consumers.isConsuming() ? Health.up() : Health.down())
        .withDetail("broker", consumers.brokerState())
        .build();
  }
}
