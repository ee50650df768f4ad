package io.reliableoutbox.relay.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.reliableoutbox.relay.core.Outcomes;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/**
 * Counts what became of the messages: {@code outbox_outcomes_total} by outcome, and how long
 * confirms took ({@code outbox_confirm_seconds}, a histogram whose count is what was published).
 */
@Component
public class OutcomeMeters implements Outcomes {
  private final Timer confirms;
  private final Counter confirmed;
  private final Counter returned;
  private final Counter nacked;
  private final Counter closedChannel;
  private final Counter unknown;

  OutcomeMeters(MeterRegistry registry) {
    confirms =
        Timer.builder("outbox.confirm")
            .description("From sending a message to its confirm")
            .serviceLevelObjectives(
                Duration.ofMillis(1),
                Duration.ofMillis(2),
                Duration.ofMillis(5),
                Duration.ofMillis(10),
                Duration.ofMillis(25),
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofMillis(500),
                Duration.ofSeconds(2))
            .register(registry);
    confirmed = outcome(registry, "confirmed");
    returned = outcome(registry, "returned");
    nacked = outcome(registry, "nacked");
    closedChannel = outcome(registry, "closed_channel");
    unknown = outcome(registry, "unknown");
  }

  @Override
  public void confirmed(long nanos) {
    confirmed.increment();
    confirms.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void returned() {
    returned.increment();
  }

  @Override
  public void nacked() {
    nacked.increment();
  }

  @Override
  public void closedChannel() {
    closedChannel.increment();
  }

  @Override
  public void unknown(int messages) {
    unknown.increment(messages);
  }

  private static Counter outcome(MeterRegistry registry, String outcome) {
    return Counter.builder("outbox.outcomes")
        .description("What became of messages that were sent")
        .tag("outcome", outcome)
        .register(registry);
  }
}
