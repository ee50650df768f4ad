package io.reliableoutbox.consumer.rabbit;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Opens connections, to the brokers of a cluster in turn. One thread at a time. */
final class Brokers {
  private static final int TIMEOUT_MILLIS = 5000;
  // The client's default of 60 s takes more than two minutes to notice a dead peer.
  private static final int HEARTBEAT_SECONDS = 10;
  private final List<URI> uris;
  private final @Nullable SSLContext tls;
  private int next;

  Brokers(List<URI> uris, @Nullable SSLContext tls) {
    this.uris = List.copyOf(uris);
    this.tls = tls;
  }

  Connection open() throws IOException {
    URI uri = uris.get(next++ % uris.size());
    try {
      return factory(uri).newConnection("consumer-app");
    } catch (IOException | TimeoutException | GeneralSecurityException | URISyntaxException e) {
      String where = uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
      throw new IOException("no connection to the broker at " + where + ": " + Reasons.of(e), e);
    }
  }

  private ConnectionFactory factory(URI uri) throws GeneralSecurityException, URISyntaxException {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(uri);
    if ("amqps".equals(uri.getScheme())) {
      // The client's own default for amqps trusts every certificate, whoever's it is.
      factory.useSslProtocol(tls == null ? SSLContext.getDefault() : tls);
      factory.enableHostnameVerification();
    }
    // BrokerLink puts everything back, also what the client's recovery doesn't see: a deleted
    // queue, a cancelled consumer.
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
    factory.setConnectionTimeout(TIMEOUT_MILLIS);
    factory.setHandshakeTimeout(TIMEOUT_MILLIS);
    factory.setChannelRpcTimeout(TIMEOUT_MILLIS);
    return factory;
  }
}
