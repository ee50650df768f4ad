package io.reliableoutbox.consumer;

import jakarta.validation.constraints.NotEmpty;
import java.net.URI;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where RabbitMQ is ({@code RABBITMQ_URI}).
 *
 * @param uri {@code amqp://} or {@code amqps://}; the nodes of a cluster by comma
 */
@Validated
@ConfigurationProperties("rabbitmq")
public record BrokerSettings(
    @NotEmpty @DefaultValue("amqp://guest:guest@localhost:5672/%2f") List<URI> uri) {
  public BrokerSettings {
    for (URI each : uri) {
      if (each.getHost() == null || !List.of("amqp", "amqps").contains(each.getScheme())) {
        // The URI itself may hold a password.
        throw new IllegalArgumentException(
            "rabbitmq.uri must be amqp://user:password@host:port/vhost (or amqps://), but has the scheme "
                + each.getScheme()
                + " and the host "
                + each.getHost());
      }
    }
  }
}
