package io.reliableoutbox.db;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The migrator's own settings ({@code MIGRATOR_WAIT_LIMIT}, {@code MIGRATOR_BUCKETS}).
 *
 * @param waitLimit how long to wait for a database that doesn't answer yet
 * @param buckets buckets of a new outbox; an existing one keeps its own
 */
@Validated
@ConfigurationProperties("migrator")
public record MigratorSettings(
    @NotNull @DefaultValue("60s") Duration waitLimit,
    @Min(1) @Max(1024) @DefaultValue("64") int buckets) {
  public MigratorSettings {
    if (waitLimit != null && waitLimit.isNegative()) {
      throw new IllegalArgumentException(
          "migrator.wait-limit must not be negative, but is " + waitLimit);
    }
  }
}
