package io.reliableoutbox.consumer.rabbit;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import io.reliableoutbox.consumer.inbox.Deliveries;
import io.reliableoutbox.consumer.inbox.Received;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the broker has delivered and the inbox has not taken yet; the prefetch keeps it small.
 * Filled by the client's thread, emptied by one worker: in the order of delivery, so that
 * acknowledging up to the last of a batch covers no more than earlier batches and itself.
 */
final class Intake implements Deliveries {
  private static final Logger log = LoggerFactory.getLogger(Intake.class);
  private final BlockingQueue<Delivery> queue;

  Intake(int capacity) {
    this.queue = new LinkedBlockingQueue<>(capacity);
  }

  private record Delivery(Channel channel, long tag, Received message) {}

  /**
   * Never blocks; false if there is no room, which a broker that heeds the prefetch can't cause.
   */
  boolean offer(Channel channel, long tag, Received message) {
    return queue.offer(new Delivery(channel, tag, message));
  }

  /** Drops what came by a channel that is closed: the broker delivers it again. */
  void forget(@Nullable Channel closed) {
    queue.removeIf(delivery -> delivery.channel() == closed);
  }

  @Override
  public Batch next(int limit, Duration wait) throws InterruptedException {
    List<Delivery> batch = new ArrayList<>();
    Delivery first = queue.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
    if (first != null) {
      batch.add(first);
      queue.drainTo(batch, limit - 1);
    }
    return new Taken(batch);
  }

  private record Taken(List<Delivery> deliveries) implements Batch {
    @Override
    public List<Received> messages() {
      return deliveries.stream().map(Delivery::message).toList();
    }

    @Override
    public void acknowledge() {
      Map<Channel, Long> lastTags = new HashMap<>();
      deliveries.forEach(delivery -> lastTags.put(delivery.channel(), delivery.tag()));
      lastTags.forEach(Taken::acknowledgeUpTo);
    }

    private static void acknowledgeUpTo(Channel channel, long tag) {
      try {
        channel.basicAck(tag, true);
      } catch (IOException | AlreadyClosedException e) {
        log.info("not acknowledged, will come again and be absorbed: {}", Reasons.of(e));
      }
    }
  }
}
