package io.reliableoutbox.benchmark.latency;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.reliableoutbox.benchmark.stand.Pause;
import io.reliableoutbox.benchmark.stand.Queues;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SynchronizedHistogram;

/**
 * A consumer of the three queues, which notes when each message came to the first of them. A second
 * delivery of the same message is not noted. Thread-safe.
 */
public final class Deliveries implements Watch, AutoCloseable {
  static final int DIGITS = 3;
  private static final int PREFETCH = 200;

  private final Map<UUID, Long> commits = new ConcurrentHashMap<>();
  private final Connection connection;
  private volatile Histogram nanos = new SynchronizedHistogram(DIGITS);

  public Deliveries(Connection connection) throws IOException {
    this.connection = connection;
    for (var queue : Queues.NAMES) {
      consume(queue, queue.equals(Queues.NAMES.get(0)));
    }
  }

  private void consume(String queue, boolean noted) throws IOException {
    var channel = connection.createChannel();
    channel.basicQos(PREFETCH);
    channel.basicConsume(queue, false, new Noting(channel, noted));
  }

  @Override
  public void committing(UUID id, long sinceNanos) {
    commits.put(id, sinceNanos);
  }

  @Override
  public Histogram take(Duration limit) {
    Pause.until("all that was committed is delivered", limit, commits::isEmpty);
    var taken = nanos;
    nanos = new SynchronizedHistogram(DIGITS);
    return taken;
  }

  @Override
  public void close() {
    connection.abort(1000);
  }

  private final class Noting extends DefaultConsumer {
    private final boolean noted;

    Noting(Channel channel, boolean noted) {
      super(channel);
      this.noted = noted;
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
        throws IOException {
      long now = System.nanoTime();
      if (noted) {
        note(UUID.fromString(properties.getMessageId()), now);
      }
      getChannel().basicAck(envelope.getDeliveryTag(), false);
    }

    private void note(UUID id, long now) {
      var since = commits.get(id);
      if (since != null) {
        nanos.recordValue(Math.max(0, now - since));
        commits.remove(id);
      }
    }
  }
}
