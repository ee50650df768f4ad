package io.reliableoutbox.consumer.inbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What one consumer's inbox counts, after the commit. Thread-safe. */
final class InboxMeters {
  private static final Duration LONGEST = Duration.ofDays(3650);
  private final Counter applied;
  private final Counter duplicates;
  private final Counter held;
  private final Counter retrying;
  private final Counter parked;
  private final DistributionSummary batch;
  private final Timer commitToEffect;

  InboxMeters(MeterRegistry registry, String consumer) {
    applied = counter(registry, consumer, "applied", "Events whose effect was committed");
    duplicates =
        counter(registry, consumer, "duplicates", "Deliveries that were known and absorbed");
    held = counter(registry, consumer, "held", "Events that came before their predecessor");
    retrying = counter(registry, consumer, "retrying", "Failed attempts that will be repeated");
    parked = counter(registry, consumer, "parked", "Messages that now wait for a person");
    batch =
        DistributionSummary.builder("inbox.batch")
            .description("Messages settled in one transaction")
            .tag("consumer", consumer)
            .register(registry);
    commitToEffect =
        Timer.builder("inbox.commit.to.effect")
            .description("From the event's time at its writer to the commit of its effect")
            .tag("consumer", consumer)
            .publishPercentileHistogram()
            .register(registry);
  }

  void count(Receipt receipt) {
    List<? extends Decision<?>> decisions = receipt.decisions();
    batch.record(decisions.size() + receipt.duplicates() + receipt.malformed().size());
    duplicates.increment(receipt.duplicates());
    held.increment(number(decisions, Verdict.Hold.class));
    retrying.increment(number(decisions, Verdict.Retry.class));
    parked.increment(number(decisions, Verdict.Park.class) + receipt.malformed().size());
    Instant now = Instant.now();
    decisions.stream().filter(Decision::settles).forEach(decision -> countApplied(decision, now));
  }

  private void countApplied(Decision<?> decision, Instant now) {
    applied.increment();
    Instant occurredAt = decision.candidate().event().occurredAt();
    // Anybody may write any time into a message; a timer can't count beyond 292 years.
    if (occurredAt != null && occurredAt.isAfter(now.minus(LONGEST)) && occurredAt.isBefore(now)) {
      commitToEffect.record(Duration.between(occurredAt, now));
    }
  }

  private static double number(
      List<? extends Decision<?>> decisions, Class<? extends Verdict> verdict) {
    return decisions.stream().filter(decision -> verdict.isInstance(decision.verdict())).count();
  }

  private static Counter counter(
      MeterRegistry registry, String consumer, String name, String description) {
    return Counter.builder("inbox." + name)
        .description(description)
        .tag("consumer", consumer)
        .register(registry);
  }
}
