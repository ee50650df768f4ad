package io.reliableoutbox.lab.system;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import io.reliableoutbox.lab.infrastructure.BrokerServer;
import io.reliableoutbox.lab.infrastructure.HostPort;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Prepares the broker for the apps: on RabbitMQ a user each with no more rights than its work needs
 * (the apps declare their own queues), on the embedded broker the queues, because it doesn't know
 * RabbitMQ's arguments by which the apps ask for dead-lettering.
 */
final class BrokerSetup {
  static final List<String> CONSUMERS = List.of("email", "inventory", "analytics");

  private final BrokerServer broker;
  private final List<BrokerServer> otherNodes;
  private final Credentials credentials;

  BrokerSetup(BrokerServer broker, List<BrokerServer> otherNodes, Credentials credentials) {
    this.broker = broker;
    this.otherNodes = otherNodes;
    this.credentials = credentials;
  }

  /** To be called after each start of a broker that may have lost its memory. */
  void apply() {
    if (broker.realRabbit()) {
      broker.importDefinitions(definitions());
    } else {
      declareQueues();
    }
  }

  /** By the name of the node's component. */
  Map<String, HostPort> addresses() {
    var addresses = new LinkedHashMap<String, HostPort>();
    addresses.put("broker", broker.address());
    for (var node : otherNodes) {
      addresses.put("broker-" + (addresses.size() + 1), node.address());
    }
    return addresses;
  }

  /** All nodes, separated by commas. */
  String uri(String user) {
    return addresses().values().stream()
        .map(address -> uri(user, address))
        .collect(Collectors.joining(","));
  }

  private String uri(String user, HostPort node) {
    if (!broker.realRabbit()) {
      return broker.amqpUri();
    }
    return "amqp://%s:%s@%s/%%2f".formatted(user, credentials.broker(user), node);
  }

  private String definitions() {
    return """
    {"users": [{"name": "%1$s", "password": "%2$s", "tags": ""},
               {"name": "%3$s", "password": "%4$s", "tags": ""}],
     "permissions": [
       {"vhost": "/", "user": "%1$s",
        "configure": "^orders\\\\.events$", "write": "^orders\\\\.events$", "read": "^$"},
       {"vhost": "/", "user": "%3$s",
        "configure": "^(email|inventory|analytics)\\\\.(orders|parking)$",
        "write": "^((email|inventory|analytics)\\\\.(orders|parking)|amq\\\\.default)$",
        "read": "^((email|inventory|analytics)\\\\.(orders|parking)|orders\\\\.events)$"}]}
    """
        .formatted(
            Credentials.RELAY,
            credentials.broker(Credentials.RELAY),
            Credentials.CONSUMER,
            credentials.broker(Credentials.CONSUMER));
  }

  private void declareQueues() {
    var factory = new ConnectionFactory();
    try {
      factory.setUri(broker.amqpUri());
      try (var connection = factory.newConnection("lab")) {
        var channel = connection.createChannel();
        channel.exchangeDeclare("orders.events", BuiltinExchangeType.TOPIC, true);
        for (var consumer : CONSUMERS) {
          declareQueue(channel, consumer);
        }
      }
    } catch (Exception e) {
      throw new InfrastructureException("Can't set up the embedded broker: " + e.getMessage(), e);
    }
  }

  /** The embedded broker's own means: give up on a message after 20 deliveries, and park it. */
  private static void declareQueue(Channel channel, String consumer) throws IOException {
    var dead = consumer + ".dead";
    channel.exchangeDeclare(dead, BuiltinExchangeType.FANOUT, true);
    channel.queueDeclare(consumer + ".parking", true, false, false, Map.of());
    channel.queueBind(consumer + ".parking", dead, "");
    Map<String, Object> arguments =
        Map.of("x-qpid-maximum-delivery-count", 20, "alternateExchange", dead);
    channel.queueDeclare(consumer + ".orders", true, false, false, arguments);
    channel.queueBind(consumer + ".orders", "orders.events", "order.#");
  }
}
