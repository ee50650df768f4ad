package io.reliableoutbox.order;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of order-app beside Spring's own.
 *
 * @param hints whether relays are woken after a commit; without it they find events by polling
 * @param databaseWait how long the start waits for a database that doesn't answer
 * @param retryAfter what a client is told to wait when the database is away
 * @param maxBodyBytes the largest request body that is read
 */
@Validated
@ConfigurationProperties("order")
public record OrderSettings(
    @DefaultValue("true") boolean hints,
    @DefaultValue("30s") Duration databaseWait,
    @DefaultValue("2s") Duration retryAfter,
    @Min(1_024) @Max(16_777_216) @DefaultValue("262144") int maxBodyBytes) {
  public OrderSettings {
    if (databaseWait.isNegative()) {
      throw new IllegalArgumentException("order.database-wait must not be negative");
    }
    if (retryAfter.toSeconds() < 1) {
      throw new IllegalArgumentException("order.retry-after must be 1s or more");
    }
  }
}
