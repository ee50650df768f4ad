package io.reliableoutbox.lab.infrastructure;

import java.util.UUID;

/** What RabbitMQ offers, installed or in a container. */
interface RabbitServer extends BrokerServer {
  String user();

  String password();

  /** Runs {@code rabbitmqctl} with this standard input. */
  String ctl(String input, String... arguments);

  @Override
  default String product() {
    return "RabbitMQ";
  }

  @Override
  default boolean realRabbit() {
    return true;
  }

  @Override
  default String amqpUri() {
    return "amqp://%s:%s@%s/%%2f".formatted(user(), password(), address());
  }

  @Override
  default String runCtl(String... arguments) {
    return ctl("", arguments);
  }

  @Override
  default void importDefinitions(String json) {
    ctl(json, "import_definitions");
  }

  @Override
  default String freshVirtualHost() {
    var name = "test-" + UUID.randomUUID();
    // One call of rabbitmqctl, which takes a second, instead of two.
    importDefinitions(
        """
        {"vhosts": [{"name": "%1$s"}],
         "permissions": [{"vhost": "%1$s", "user": "%2$s",
                          "configure": ".*", "write": ".*", "read": ".*"}]}
        """
            .formatted(name, user()));
    return "amqp://%s:%s@%s/%s".formatted(user(), password(), address(), name);
  }
}
