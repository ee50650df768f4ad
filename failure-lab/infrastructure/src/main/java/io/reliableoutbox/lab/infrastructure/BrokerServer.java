package io.reliableoutbox.lab.infrastructure;

/**
 * An AMQP 0-9-1 broker: RabbitMQ, or the embedded stand-in, which is good for a look and for tests
 * of the wiring, and for no claim about durability: it keeps nothing across a restart, ignores
 * {@code x-*} queue arguments, and nacks what it can't route.
 *
 * <p>RabbitMQ 3.10 that is killed within a second after a quorum queue was declared comes back with
 * that queue for ever without a leader (rabbitmq-server issue 10070): a test that kills the broker
 * lets its queues get older than that.
 */
public interface BrokerServer extends Server {
  /** With the administrator's name and password, on the default virtual host. */
  String amqpUri();

  /** A new empty virtual host, so that tests don't see each other's queues. */
  String freshVirtualHost();

  /**
   * The same place as one of {@link #amqpUri} or {@link #freshVirtualHost}, by TLS and under this
   * host name.
   *
   * @throws UnsupportedOperationException where {@link Options#tls} didn't ask for it
   */
  default String overTls(String uri, String host) {
    throw new UnsupportedOperationException(label() + " was started without TLS");
  }

  /** Whether this is RabbitMQ; a test of its behaviour skips where it is not, and says why. */
  boolean realRabbit();

  /**
   * Runs {@code rabbitmqctl} with these arguments and returns what it printed.
   *
   * @throws UnsupportedOperationException on the embedded broker
   */
  String runCtl(String... arguments);

  /**
   * Adds users, virtual hosts, permissions, exchanges and queues, in RabbitMQ's JSON format.
   *
   * @throws UnsupportedOperationException on the embedded broker
   */
  void importDefinitions(String json);
}
