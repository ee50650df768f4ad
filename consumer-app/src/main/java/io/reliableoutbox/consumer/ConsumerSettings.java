package io.reliableoutbox.consumer;

import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.validation.annotation.Validated;

/**
 * The consumers' settings ({@code CONSUMER_ENABLED} and so on).
 *
 * @param enabled which consumers run in this process
 * @param prefetch deliveries of one consumer that may be unacknowledged, of each worker
 * @param workers threads of one consumer, each with a channel of its own
 * @param othersWait how long one message that was delivered before may keep the other consumers of
 *     the process from beginning
 * @param startAtPresent consumers that are new and start with what is present: where nothing of an
 *     aggregate is settled, the first event in sight is its start once it has waited {@code
 *     gapLimit}
 * @param gapLimit how long an event may wait for a predecessor that never came
 * @param retention how long applied messages are remembered, and mails that were sent
 * @param replayHorizon how far back the outbox may replay; what the inbox must remember
 * @param retryDelays how long to wait after each failed attempt; after the last, the event is
 *     parked
 * @param emailFrom sender of the mails
 * @param databaseWait how long to wait at the start for a database that doesn't answer
 */
@Validated
@ConfigurationProperties("consumer")
public record ConsumerSettings(
    @NotEmpty @DefaultValue({"email", "inventory", "analytics"}) Set<String> enabled,
    @Min(1) @Max(10_000) @DefaultValue("200") int prefetch,
    @Min(1) @Max(16) @DefaultValue("1") int workers,
    @NotNull @DefaultValue("30s") Duration othersWait,
    @NotNull @DefaultValue Set<String> startAtPresent,
    @NotNull @DefaultValue("1h") Duration gapLimit,
    @NotNull @DurationUnit(ChronoUnit.DAYS) @DefaultValue("30d") Duration retention,
    @NotNull @DurationUnit(ChronoUnit.DAYS) @DefaultValue("7d") Duration replayHorizon,
    @NotNull @DefaultValue({"1s", "10s", "60s", "10m"}) List<Duration> retryDelays,
    @NotNull @Email @DefaultValue("orders@reliable-outbox.example") String emailFrom,
    @NotNull @DefaultValue("30s") Duration databaseWait) {
  public ConsumerSettings {
    requirePositive("others-wait", othersWait);
    requirePositive("gap-limit", gapLimit);
    requirePositive("retention", retention);
    requirePositive("replay-horizon", replayHorizon);
    retryDelays.forEach(delay -> requirePositive("retry-delays", delay));
    // What the inbox has forgotten, a replay would apply again.
    if (retention != null && replayHorizon != null && retention.compareTo(replayHorizon) < 0) {
      throw new IllegalArgumentException(
          "consumer.retention (%s) must not be shorter than consumer.replay-horizon (%s)"
              .formatted(retention, replayHorizon));
    }
  }

  /**
   * The most that one transaction takes: while one batch is settled, as much comes for the next.
   */
  public int batch() {
    return Math.max(1, prefetch / 2);
  }

  private static void requirePositive(String setting, @Nullable Duration value) {
    if (value != null && (value.isNegative() || value.isZero())) {
      throw new IllegalArgumentException(
          "consumer.%s must be longer than zero, but is %s".formatted(setting, value));
    }
  }
}
