package io.reliableoutbox.consumer;

import jakarta.validation.constraints.NotEmpty;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.validation.annotation.Validated;

/**
 * Where RabbitMQ is ({@code RABBITMQ_URI}), and whom to believe that it is ({@code
 * RABBITMQ_CA_FILE}).
 *
 * @param uri {@code amqp://} or {@code amqps://}; the nodes of a cluster by comma
 * @param caFile for {@code amqps://}: certificates (PEM) of the authorities that sign the broker's;
 *     without it, those that Java trusts
 */
@Validated
@ConfigurationProperties("rabbitmq")
public record BrokerSettings(
    @NotEmpty @DefaultValue("amqp://guest:guest@localhost:5672/%2f") List<String> uri,
    @Nullable Path caFile) {
  public BrokerSettings {
    uri.forEach(BrokerSettings::parse);
    if (caFile != null) {
      trust(caFile);
    }
  }

  /** The same, parsed. */
  public List<URI> uris() {
    return uri.stream().map(BrokerSettings::parse).toList();
  }

  /** Trusts the authorities of the file; null where there is none, for what Java trusts. */
  public @Nullable SSLContext tls() {
    return caFile == null ? null : trust(caFile);
  }

  private static SSLContext trust(Path caFile) {
    var authorities = PemSslStoreDetails.forCertificate(caFile.toUri().toString());
    try {
      return SslBundle.of(new PemSslStoreBundle(null, authorities)).createSslContext();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "rabbitmq.ca-file must be a file with certificates in PEM, but %s is not: %s"
              .formatted(caFile, NestedExceptionUtils.getMostSpecificCause(e).getMessage()));
    }
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
