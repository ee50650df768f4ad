package io.reliableoutbox.consumer;

import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Liveness: every thread lives. A broker or database that is away is no reason to restart; a thread
 * that died is.
 */
@Component("threads")
class ThreadsHealth implements HealthIndicator {
  private final Consumers consumers;

  ThreadsHealth(Consumers consumers) {
    this.consumers = consumers;
  }

  @Override
  public Health health() {
    List<String> ended = consumers.ended();
    return ended.isEmpty() ? Health.up().build() : Health.down().withDetail("ended", ended).build();
  }
}
