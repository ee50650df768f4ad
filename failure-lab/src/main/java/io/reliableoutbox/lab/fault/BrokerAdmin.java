package io.reliableoutbox.lab.fault;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;

/** What an administrator does at the broker, each time on a connection of its own. */
public record BrokerAdmin(String uri) {
  private static final long CONFIRM_MILLIS = 10_000;

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

  /**
   * Publishes, and waits until the broker has confirmed all of it: what is not confirmed can be
   * lost with the channel, also when that is closed in order.
   */
  public <T> T publish(Work<T> work) {
    return call(
        channel -> {
          channel.confirmSelect();
          T result = work.on(channel);
          channel.waitForConfirmsOrDie(CONFIRM_MILLIS);
          return result;
        });
  }

  /** Messages that wait for a consumer. */
  public long waiting(String queue) {
    return call(channel -> channel.messageCount(queue));
  }
}
