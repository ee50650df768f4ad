package io.reliableoutbox.consumer.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.reliableoutbox.consumer.inbox.Deliveries;
import io.reliableoutbox.consumer.inbox.Received;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One consumer's queue and channel. {@link #ensure} puts back whatever is missing; it is called
 * every few seconds and whenever the broker says that something ended. All but the callbacks is for
 * one thread.
 */
public final class Subscription {
  static final String CONSUMING = "consuming";
  private final String consumer;
  private final Topology topology;
  private final int prefetch;
  private final Intake intake;
  private @Nullable Feed feed;
  private volatile String state = "not connected yet";

  /**
   * A subscription that begins with {@link #ensure}.
   *
   * @param prefetch deliveries that may be unacknowledged; a crash counts as one delivery for each
   */
  public Subscription(String consumer, int prefetch) {
    this.consumer = consumer;
    this.topology = new Topology(consumer);
    this.prefetch = prefetch;
    this.intake = new Intake(2 * prefetch);
  }

  public String consumer() {
    return consumer;
  }

  public Deliveries deliveries() {
    return intake;
  }

  /** {@code consuming}, or why not. */
  public String state() {
    return state;
  }

  /** Asserts queue and binding, and subscribes where that has ended. */
  void ensure(Connection connection, Runnable onEnd) throws IOException {
    try {
      topology.declare(connection);
      if (feed == null || feed.ended.get() || !feed.getChannel().isOpen()) {
        subscribe(connection, onEnd);
      }
      state = CONSUMING;
    } catch (IOException | RuntimeException e) {
      state = Reasons.of(e);
      throw e;
    }
  }

  private void subscribe(Connection connection, Runnable onEnd) throws IOException {
    end("subscribing again");
    Channel channel = connection.createChannel();
    if (channel == null) {
      throw new IOException("the broker allows no further channel");
    }
    Feed subscribed = new Feed(channel, onEnd);
    try {
      channel.basicQos(prefetch);
      channel.basicConsume(topology.queue(), false, subscribed);
    } catch (IOException | RuntimeException e) {
      // The client knows no consumer then, and would never say that it ended.
      channel.abort();
      throw e;
    }
    feed = subscribed;
  }

  /** Closes the channel; what was not acknowledged is delivered again. */
  private void end(String why) throws IOException {
    state = why;
    if (feed != null) {
      feed.getChannel().abort();
      intake.forget(feed.getChannel());
      feed = null;
    }
  }

  /** Asks for no more; what has been delivered can still be acknowledged. */
  void cancel() throws IOException {
    state = "stopping";
    if (feed != null && !feed.ended.get()) {
      try {
        feed.getChannel().basicCancel(feed.getConsumerTag());
      } catch (AlreadyClosedException closed) {
        // Then nothing comes any more.
      }
    }
  }

  /** The callbacks: an exception out of them would close the channel, so there is none. */
  private final class Feed extends DefaultConsumer {
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Runnable onEnd;

    Feed(Channel channel, Runnable onEnd) {
      super(channel);
      this.onEnd = onEnd;
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
      var message = readable(envelope, properties, body);
      if (!intake.offer(getChannel(), envelope.getDeliveryTag(), message)) {
        ended("the broker delivers more than it was asked for");
      }
    }

    // Headers that can't even be written down again are left out, and the message is parked for it.
    private static Received readable(
        Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
      try {
        return AmqpMessages.received(envelope, properties, body);
      } catch (RuntimeException unreadable) {
        return AmqpMessages.received(
            envelope, properties.builder().headers(Map.of()).build(), body);
      }
    }

    /** The queue was deleted, or its node is gone. */
    @Override
    public void handleCancel(String tag) {
      ended("cancelled by the broker");
    }

    @Override
    public void handleShutdownSignal(String tag, ShutdownSignalException signal) {
      ended(Reasons.of(signal));
    }

    private void ended(String why) {
      if (ended.compareAndSet(false, true)) {
        state = why;
        onEnd.run();
      }
    }
  }
}
