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
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the broker has delivered to one worker and the worker has not settled yet, bounded in bytes.
 * Filled by the client's threads, emptied by that worker alone: in the order of delivery, so that
 * acknowledging up to the last of a batch covers no more than earlier batches and itself. Two
 * workers on one channel would acknowledge each other's batches.
 */
final class Intake implements Deliveries {
  /** Of a worker's unsettled deliveries; one message alone may have more. */
  static final long MOST_BYTES = 8L << 20;

  // In a transaction the bodies that are kept exist several times over.
  private static final long BATCH_BYTES = 2L << 20;
  // So long after its last look for deliveries a worker is taken to be held up.
  private static final Duration HELD_UP = Duration.ofSeconds(2);
  private static final Logger log = LoggerFactory.getLogger(Intake.class);
  private final BlockingQueue<Delivery> queue = new LinkedBlockingQueue<>();
  private final AtomicLong bytes = new AtomicLong();
  private volatile boolean looking;
  private volatile long lookedAt = System.nanoTime();

  private record Delivery(Channel channel, long tag, Received message, long bytes) {}

  /** Never blocks; false if there is no room, and then the delivery is not kept. */
  boolean offer(Channel channel, long tag, Received message, long size) {
    long before = bytes.getAndAdd(size);
    if (before > 0 && before + size > MOST_BYTES) {
      bytes.addAndGet(-size);
      return false;
    }
    return queue.add(new Delivery(channel, tag, message, size));
  }

  /** Drops what came by a channel that is closed: the broker delivers it again. */
  void forget(@Nullable Channel closed) {
    for (Delivery delivery : List.copyOf(queue)) {
      // The worker may have taken it meanwhile; then it accounts for it.
      if (delivery.channel() == closed && queue.remove(delivery)) {
        bytes.addAndGet(-delivery.bytes());
      }
    }
  }

  /** Whether the worker comes back for more, and is not held up, by a database that is away. */
  boolean isAttended() {
    return heldUp().compareTo(HELD_UP) < 0;
  }

  /** How long the worker has been busy with what it took last. */
  Duration heldUp() {
    return looking ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - lookedAt);
  }

  /** Whether all that was delivered is settled. */
  boolean isEmpty() {
    return bytes.get() == 0;
  }

  @Override
  public Batch next(int limit, Duration wait) throws InterruptedException {
    looking = true;
    List<Delivery> batch = new ArrayList<>();
    try {
      long size = 0;
      Delivery delivery = queue.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
      while (delivery != null) {
        batch.add(delivery);
        size += delivery.bytes();
        delivery = batch.size() < limit && size < BATCH_BYTES ? queue.poll() : null;
      }
    } finally {
      lookedAt = System.nanoTime();
      looking = false;
    }
    return new Taken(batch);
  }

  private final class Taken implements Batch {
    private final List<Delivery> deliveries;

    Taken(List<Delivery> deliveries) {
      this.deliveries = deliveries;
    }

    @Override
    public List<Received> messages() {
      return deliveries.stream().map(Delivery::message).toList();
    }

    @Override
    public void acknowledge() {
      Map<Channel, Long> lastTags = new HashMap<>();
      deliveries.forEach(delivery -> lastTags.put(delivery.channel(), delivery.tag()));
      lastTags.forEach(Intake::acknowledgeUpTo);
      bytes.addAndGet(-deliveries.stream().mapToLong(Delivery::bytes).sum());
    }
  }

  private static void acknowledgeUpTo(Channel channel, long tag) {
    try {
      channel.basicAck(tag, true);
    } catch (IOException | AlreadyClosedException e) {
      log.info("not acknowledged, will come again and be absorbed: {}", Reasons.of(e));
    }
  }
}
