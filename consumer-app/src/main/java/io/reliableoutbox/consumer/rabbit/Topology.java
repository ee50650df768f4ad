package io.reliableoutbox.consumer.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.Map;

/**
 * What a consumer needs at the broker: its queue, bound to the events, and the queue for what the
 * broker itself gives up on. Declaring it again changes nothing; what was deleted is back.
 */
final class Topology {
  private static final String EXCHANGE = "orders.events";
  private static final String EVENTS = "order.#";

  // From 4.0 quorum queues have a limit of 20 of their own, and nowhere to go from here.
  private static final Map<String, Object> PARKING =
      Map.of("x-queue-type", "quorum", "x-delivery-limit", 1_000_000);

  private final String consumer;

  Topology(String consumer) {
    this.consumer = consumer;
  }

  String consumer() {
    return consumer;
  }

  String queue() {
    return consumer + ".orders";
  }

  String parkingQueue() {
    return consumer + ".parking";
  }

  /**
   * Declares what is missing, each step on a channel of its own: a refusal closes the channel.
   *
   * @return how many messages wait in the queue
   */
  long declare(Connection connection, String counted) throws IOException {
    if (!exchangeExists(connection)) {
      on(connection, it -> it.exchangeDeclare(EXCHANGE, BuiltinExchangeType.TOPIC, true));
    }
    long[] waiting = new long[1];
    on(
        connection,
        channel -> {
          declareQueues(channel);
          waiting[0] = channel.messageCount(counted);
        });
    return waiting[0];
  }

  // Looking needs no right to configure the exchange, which is the relay's.
  private static boolean exchangeExists(Connection connection) throws IOException {
    try {
      on(connection, it -> it.exchangeDeclarePassive(EXCHANGE));
      return true;
    } catch (IOException e) {
      if (e.getCause() instanceof ShutdownSignalException shutdown
          && shutdown.getReason() instanceof AMQP.Channel.Close close
          && close.getReplyCode() == AMQP.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  private void declareQueues(Channel channel) throws IOException {
    channel.queueDeclare(parkingQueue(), true, false, false, PARKING);
    channel.queueDeclare(queue(), true, false, false, arguments());
    channel.queueBind(queue(), EXCHANGE, EVENTS);
  }

  private Map<String, Object> arguments() {
    return Map.of(
        // Only quorum queues fsync before they confirm.
        "x-queue-type",
        "quorum",
        // For a message that kills the process each time; 3.10 has no limit of its own.
        "x-delivery-limit",
        20,
        "x-dead-letter-exchange",
        "",
        "x-dead-letter-routing-key",
        parkingQueue(),
        "x-dead-letter-strategy",
        "at-least-once",
        // At-least-once dead-lettering silently falls back without it.
        "x-overflow",
        "reject-publish");
  }

  private static void on(Connection connection, Step step) throws IOException {
    Channel channel = connection.createChannel();
    if (channel == null) {
      throw new IOException("the broker allows no further channel");
    }
    try {
      step.run(channel);
    } finally {
      channel.abort();
    }
  }

  private interface Step {
    void run(Channel channel) throws IOException;
  }
}
