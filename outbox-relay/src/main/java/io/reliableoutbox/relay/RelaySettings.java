package io.reliableoutbox.relay;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.validation.annotation.Validated;

/**
 * The relay's settings ({@code RELAY_SCHEMA} and so on).
 *
 * @param name how the relay is called in {@code ordering.relay_state}; host and process by default
 * @param schema schema of the outbox
 * @param exchange topic exchange to publish to; the relay declares it
 * @param lease how long a relay keeps its buckets without a sign of life; the longest delay after a
 *     crash
 * @param pollInterval how often to look when no hint came
 * @param window messages that may be unconfirmed together
 * @param confirmTimeout how long to wait for a confirm before the channel counts as dead
 * @param parkAfter how long a row may be refused before it is parked
 * @param retention how long published rows are kept
 * @param requiredQueues queues that must exist before anything is published
 */
@Validated
@ConfigurationProperties("relay")
public record RelaySettings(
    @NotNull @DefaultValue("") String name,
    @NotNull @Pattern(regexp = "[a-z_][a-z0-9_]{0,62}") @DefaultValue("ordering") String schema,
    @NotBlank @DefaultValue("orders.events") String exchange,
    @NotNull @DefaultValue("10s") Duration lease,
    @NotNull @DefaultValue("100ms") Duration pollInterval,
    @Min(1) @Max(10_000) @DefaultValue("1000") int window,
    @NotNull @DefaultValue("5s") Duration confirmTimeout,
    @NotNull @DefaultValue("1h") Duration parkAfter,
    @NotNull @DurationUnit(java.time.temporal.ChronoUnit.DAYS) @DefaultValue("7d")
        Duration retention,
    @DefaultValue List<String> requiredQueues) {
  public RelaySettings {
    name = name.isBlank() ? ManagementFactory.getRuntimeMXBean().getName() : name;
    requirePositive("relay.lease", lease);
    requirePositive("relay.poll-interval", pollInterval);
    requirePositive("relay.confirm-timeout", confirmTimeout);
    requirePositive("relay.park-after", parkAfter);
    requirePositive("relay.retention", retention);
    if (lease.compareTo(Duration.ofSeconds(2)) < 0) {
      throw new IllegalArgumentException("relay.lease must be 2s or more, but is " + text(lease));
    }
    // Otherwise a graceful stop could outlive the lease while it waits for the last confirms.
    requireShorterThanLease("relay.confirm-timeout", confirmTimeout, lease);
    // Otherwise a loop that only waits for its next poll would count as one that hangs.
    requireShorterThanLease("relay.poll-interval", pollInterval, lease);
  }

  private static void requireShorterThanLease(String setting, Duration value, Duration lease) {
    if (value.compareTo(lease) >= 0) {
      throw new IllegalArgumentException(
          setting
              + " ("
              + text(value)
              + ") must be shorter than relay.lease ("
              + text(lease)
              + ")");
    }
  }

  private static void requirePositive(String setting, @Nullable Duration value) {
    if (value != null && (value.isNegative() || value.isZero())) {
      throw new IllegalArgumentException(
          setting + " must be longer than zero, but is " + text(value));
    }
  }

  private static String text(Duration value) {
    return value.toMillis() + "ms";
  }
}
