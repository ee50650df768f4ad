package io.reliableoutbox.consumer.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.reliableoutbox.consumer.inbox.Received;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A channel that fills an intake, and lives no longer than the first thing that goes wrong with it.
 * The callbacks are the client's threads': an exception out of them would close the channel, so
 * there is none. All else is for one thread.
 */
final class Feed extends DefaultConsumer {
  private final String queue;
  private final Intake intake;
  private final Window window;
  private final Reading reading;
  private final Consumer<String> onNews;
  private volatile @Nullable String end;
  private int asked;

  /** Makes a delivery a message; never throws. */
  interface Reading {
    Received read(Envelope envelope, AMQP.BasicProperties properties, byte[] body);
  }

  Feed(
      Channel channel,
      String queue,
      Intake intake,
      Window window,
      Reading reading,
      Consumer<String> onNews) {
    super(channel);
    this.queue = queue;
    this.intake = intake;
    this.window = window;
    this.reading = reading;
    this.onNews = onNews;
  }

  /** Asks for deliveries, or for more or fewer where the window has changed. */
  void ask() throws IOException {
    int wanted = window.size();
    if (wanted == asked) {
      return;
    }
    try {
      if (asked > 0) {
        // A prefetch holds for consumers that come after it. What is out stays out.
        getChannel().basicCancel(getConsumerTag());
      }
      getChannel().basicQos(wanted);
      getChannel().basicConsume(queue, false, this);
      asked = wanted;
    } catch (IOException | RuntimeException e) {
      // With or without a consumer, nobody knows: the next channel knows.
      end(Reasons.of(e));
      throw e;
    }
  }

  boolean isLive() {
    return end == null && getChannel().isOpen();
  }

  /** Asks for no more; what has been delivered can still be acknowledged. */
  void cancel() throws IOException {
    if (isLive() && asked > 0) {
      try {
        getChannel().basicCancel(getConsumerTag());
      } catch (AlreadyClosedException closed) {
        // Then nothing comes any more.
      }
    }
  }

  /** Closes the channel; what was not acknowledged is delivered again. */
  void close() throws IOException {
    end("closed");
    getChannel().abort();
    intake.forget(getChannel());
  }

  @Override
  public void handleDelivery(
      String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
    if (end != null) {
      return;
    }
    var message = reading.read(envelope, properties, body);
    long size = AmqpMessages.size(properties, body);
    if (!intake.offer(getChannel(), envelope.getDeliveryTag(), message, size)) {
      // Closing gives all of it back. The window knows the size now.
      window.delivered(true, size);
      end("larger messages came than there is room for; fewer are asked for");
    } else if (window.delivered(envelope.isRedeliver(), size)) {
      onNews.accept(Subscription.CONSUMING);
    }
  }

  /** The queue was deleted, or its node is gone. */
  @Override
  public void handleCancel(String tag) {
    end("cancelled by the broker");
  }

  @Override
  public void handleShutdownSignal(String tag, ShutdownSignalException signal) {
    end(Reasons.of(signal));
  }

  private synchronized void end(String why) {
    if (end == null) {
      end = why;
      onNews.accept(why);
    }
  }
}
