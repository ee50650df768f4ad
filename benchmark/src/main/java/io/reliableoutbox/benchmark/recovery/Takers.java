package io.reliableoutbox.benchmark.recovery;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.reliableoutbox.benchmark.stand.Queues;
import io.reliableoutbox.benchmark.stand.Stand;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.IOException;

/**
 * Consumers that take what comes into the three queues and do nothing with it: so that the queues
 * stay as short as they are where somebody consumes. A broker with long ones is slower.
 */
final class Takers implements AutoCloseable {
  private static final int PREFETCH = 1000;
  private static final int ACK_EVERY = 100;

  // About what a second brings.
  private static final long LONG = 30_000;

  private final Queues queues;
  private final Connection connection;

  Takers(Stand stand) {
    queues = stand.queues();
    connection = stand.connection();
    try {
      for (var queue : Queues.NAMES) {
        var channel = connection.createChannel();
        channel.basicQos(PREFETCH);
        channel.basicConsume(queue, false, new Taker(channel));
      }
    } catch (IOException e) {
      throw new InfrastructureException("The broker lets nobody consume: " + e.getMessage(), e);
    }
  }

  /** Fails where they have not kept up with what was published. */
  void requireShortQueues() {
    long ready = queues.readyInAll();
    if (ready > LONG) {
      throw new InfrastructureException(
          "%d messages wait in the queues: they are not kept short.".formatted(ready));
    }
  }

  @Override
  public void close() {
    connection.abort(1000);
  }

  private static final class Taker extends DefaultConsumer {
    Taker(Channel channel) {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
        throws IOException {
      if (envelope.getDeliveryTag() % ACK_EVERY == 0) {
        getChannel().basicAck(envelope.getDeliveryTag(), /* multiple= */ true);
      }
    }
  }
}
