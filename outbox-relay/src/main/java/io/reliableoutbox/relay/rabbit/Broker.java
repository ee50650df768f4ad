package io.reliableoutbox.relay.rabbit;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Opens generations. Tries the brokers of a cluster in turn. Before the first publish it declares
 * the exchange and makes sure that the required queues exist, because {@code mandatory} only
 * notices that no queue at all took a message. One thread at a time.
 */
public final class Broker {
  private static final int TIMEOUT_MILLIS = 5000;
  private static final int HEARTBEAT_SECONDS = 10;

  // Idle threads end after a minute.
  private static final ExecutorService CLOSING =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "broker-closing");
            thread.setDaemon(true);
            return thread;
          });

  private final List<URI> uris;
  private final @Nullable SSLContext tls;
  private final String exchange;
  private final List<String> requiredQueues;
  private final Envelope envelope;
  private int next;

  /** {@code tls} is for {@code amqps://}; null for what Java trusts. */
  public Broker(
      List<URI> uris,
      @Nullable SSLContext tls,
      String schema,
      String exchange,
      List<String> requiredQueues) {
    this.uris = List.copyOf(uris);
    this.tls = tls;
    this.exchange = exchange;
    this.requiredQueues = List.copyOf(requiredQueues);
    this.envelope = new Envelope(schema);
  }

  /**
   * Opens the next generation.
   *
   * @param wake called from the client's I/O thread when the generation has news
   * @throws BrokerUnavailable with the reason; nothing is left open
   */
  public Generation open(Runnable wake) throws BrokerUnavailable {
    URI uri = uris.get(next++ % uris.size());
    String where = uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    try {
      CorkedSocket.Factory sockets =
          "amqps".equals(uri.getScheme()) ? null : new CorkedSocket.Factory();
      Connection connection = factory(uri, sockets).newConnection("outbox-relay");
      return prepare(connection, wake, sockets == null ? null : sockets.last());
    } catch (IOException
        | TimeoutException
        | GeneralSecurityException
        | URISyntaxException
        | IllegalArgumentException e) {
      throw new BrokerUnavailable(
          "no connection to the broker at " + where + ": " + Reasons.of(e), e);
    }
  }

  private Generation prepare(Connection connection, Runnable wake, @Nullable CorkedSocket socket)
      throws BrokerUnavailable {
    try {
      declareExchange(connection);
      for (String queue : requiredQueues) {
        requireQueue(connection, queue);
      }
      return new Generation(connection, exchange, envelope, wake, socket);
    } catch (IOException | RuntimeException e) {
      connection.abort(TIMEOUT_MILLIS);
      throw new BrokerUnavailable(Reasons.of(e), e);
    } catch (BrokerUnavailable e) {
      connection.abort(TIMEOUT_MILLIS);
      throw e;
    }
  }

  private void declareExchange(Connection connection) throws IOException {
    Channel channel = connection.createChannel();
    channel.exchangeDeclare(exchange, BuiltinExchangeType.TOPIC, true);
    channel.abort();
  }

  // A refused passive declare closes its channel; so each has its own.
  private void requireQueue(Connection connection, String queue)
      throws BrokerUnavailable, IOException {
    Channel channel = connection.createChannel();
    try {
      channel.queueDeclarePassive(queue);
      channel.abort();
    } catch (IOException e) {
      throw new BrokerUnavailable(
          "waiting for the required queue " + queue + ": " + Reasons.of(e), e);
    }
  }

  private ConnectionFactory factory(URI uri, CorkedSocket.@Nullable Factory sockets)
      throws GeneralSecurityException, URISyntaxException {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(uri);
    if ("amqps".equals(uri.getScheme())) {
      // The client's own default for amqps trusts every certificate, whoever's it is.
      factory.useSslProtocol(tls == null ? SSLContext.getDefault() : tls);
      factory.enableHostnameVerification();
    }
    if (sockets != null) {
      factory.setSocketFactory(sockets);
    }
    // A recovered channel counts from 1 again with the old listeners on it: an ack(multiple) of the
    // new one would settle lost messages of the old one.
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
    factory.setConnectionTimeout(TIMEOUT_MILLIS);
    factory.setHandshakeTimeout(TIMEOUT_MILLIS);
    factory.setChannelRpcTimeout(TIMEOUT_MILLIS);
    // Missed heartbeats close the connection, but first flush it, and that waits for a write that
    // hangs because the broker reads no more. With an executor it waits for a second.
    factory.setShutdownExecutor(CLOSING);
    return factory;
  }
}
