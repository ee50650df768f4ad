package io.reliableoutbox.benchmark.recovery;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.reliableoutbox.benchmark.stand.Pause;
import io.reliableoutbox.benchmark.stand.Queues;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Consumers that take what comes into the three queues and do nothing with it: so that the queues
 * stay as short as they are where somebody consumes. A broker with long ones is slower.
 */
final class Takers implements AutoCloseable {
  private static final int PREFETCH = 1000;
  private static final int ACK_EVERY = 100;

  private static final Duration TAKEN = Duration.ofSeconds(30);

  private final Connection connection;
  private final AtomicLong taken = new AtomicLong();

  Takers(Connection connection) {
    this.connection = connection;
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

  /** Fails where so many messages are not taken of the three queues soon: then they grow. */
  void awaitTaken(long messages) {
    Pause.until("what was published is taken", TAKEN, () -> taken.get() >= messages);
  }

  @Override
  public void close() {
    connection.abort(1000);
  }

  private final class Taker extends DefaultConsumer {
    Taker(Channel channel) {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
        throws IOException {
      taken.incrementAndGet();
      if (envelope.getDeliveryTag() % ACK_EVERY == 0) {
        getChannel().basicAck(envelope.getDeliveryTag(), /* multiple= */ true);
      }
    }
  }
}
