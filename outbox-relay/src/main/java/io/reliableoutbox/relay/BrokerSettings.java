package io.reliableoutbox.relay;

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
    @NotEmpty @DefaultValue("amqp://guest:guest@localhost:5672/%2f") List<String> uri) {
  public BrokerSettings {
    uri.forEach(BrokerSettings::parse);
  }

  /** The same, parsed. */
  public List<URI> uris() {
    return uri.stream().map(BrokerSettings::parse).toList();
  }

  // Parsed here and not by Spring, whose message would show it: it may hold a password.
  private static URI parse(String text) {
    try {
      URI uri = URI.create(text.strip());
      if (uri.getHost() != null && List.of("amqp", "amqps").contains(uri.getScheme())) {
        return uri;
      }
    } catch (IllegalArgumentException malformed) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "rabbitmq.uri must be amqp://user:password@host:port/vhost (or amqps://)");
  }
}
