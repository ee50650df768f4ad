package io.reliableoutbox.lab.fault;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;

/** What an administrator does at the broker, each time on a connection of its own. */
public record BrokerAdmin(String uri) {
  /** Work on a channel. */
  @FunctionalInterface
  public interface Work<T> {
    T on(Channel channel) throws Exception;
  }

  public <T> T call(Work<T> work) {
    try {
      var factory = new ConnectionFactory();
      factory.setUri(uri);
      factory.setAutomaticRecoveryEnabled(false);
      try (var connection = factory.newConnection("lab")) {
        return work.on(connection.createChannel());
      }
    } catch (Exception e) {
      throw new InfrastructureException("The broker did not do it: " + e, e);
    }
  }

  /** Messages that wait for a consumer. */
  public long waiting(String queue) {
    return call(channel -> channel.messageCount(queue));
  }
}
