package io.reliableoutbox.benchmark.yardstick;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import io.reliableoutbox.benchmark.stand.Queues;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The least that publishes what the relay publishes: one channel, a window of unconfirmed messages,
 * mandatory, the relay's properties and headers; no database. Publishes as many before, so that it
 * is as warm as the relay, and empties the queues of them. A program of its own: {@code URI
 * EXCHANGE ROUTING_KEY MESSAGES BYTES WINDOW}.
 */
public final class BarePublisher {
  private BarePublisher() {}

  public static void main(String[] arguments) throws Exception {
    var factory = new ConnectionFactory();
    factory.setAutomaticRecoveryEnabled(false);
    factory.setUri(arguments[0]);
    long messages = Long.parseLong(arguments[3]);
    var body = "x".repeat(Integer.parseInt(arguments[4])).getBytes(StandardCharsets.US_ASCII);
    try (var connection = factory.newConnection("bare-publisher")) {
      var channel = connection.createChannel();
      var window = new Window(Integer.parseInt(arguments[5]));
      channel.confirmSelect();
      channel.addConfirmListener(window::answered, window::refused);
      publish(channel, window, messages, body, arguments);
      for (var queue : Queues.NAMES) {
        channel.queuePurge(queue);
      }
      publish(channel, window, messages, body, arguments);
    }
  }

  private static void publish(
      Channel channel, Window window, long messages, byte[] body, String[] arguments)
      throws Exception {
    for (long n = 0; n < messages; n++) {
      window.enter(channel.getNextPublishSeqNo());
      var properties = Messages.properties(new UUID(n, n), "thing", Long.toString(n), arguments[2]);
      channel.basicPublish(arguments[1], arguments[2], true, properties, body);
    }
    window.awaitEmpty();
  }
}
