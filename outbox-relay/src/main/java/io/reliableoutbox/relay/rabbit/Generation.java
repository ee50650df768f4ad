package io.reliableoutbox.relay.rabbit;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.reliableoutbox.relay.core.OutboxRow;
import io.reliableoutbox.relay.outbox.OutboxMessage;
import java.io.IOException;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection with one channel in confirm mode, and the answers that came over it. When either
 * dies the whole generation is thrown away, answers and sequence numbers included: an ack of an old
 * channel can't reach a message of a new one.
 *
 * <p>One thread publishes and takes answers; the client's I/O thread only puts answers into a
 * queue.
 */
public final class Generation implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Generation.class);
  private static final int ABORT_MILLIS = 1000;
  private final Connection connection;
  private final Channel channel;
  private final String exchange;
  private final Envelope envelope;
  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private volatile boolean blocked;

  /** {@code wake} is called, from the I/O thread, whenever there is something new to see. */
  Generation(Connection connection, String exchange, Envelope envelope, Runnable wake)
      throws IOException {
    this.connection = connection;
    this.exchange = exchange;
    this.envelope = envelope;
    this.channel = connection.createChannel();
    channel.confirmSelect();
    channel.addConfirmListener(
        (sequence, multiple) -> tell(new Answer.Ack(sequence, multiple), wake),
        (sequence, multiple) -> tell(new Answer.Nack(sequence, multiple), wake));
    channel.addReturnListener(
        returned ->
            tell(
                new Answer.Returned(
                    UUID.fromString(returned.getProperties().getMessageId()),
                    returned.getReplyCode() + " " + returned.getReplyText()),
                wake));
    channel.addShutdownListener(cause -> wake.run());
    connection.addBlockedListener((BlockedListener) new Blocked(wake));
  }

  /** The number that the next {@link #publish} uses up, whether it succeeds or not. */
  public long nextSequence() {
    return channel.getNextPublishSeqNo();
  }

  /**
   * Writes the message to the connection; its answer comes later, or never.
   *
   * @return false if the channel or connection is gone: the outcome is unknown
   */
  public boolean publish(OutboxRow row) {
    OutboxMessage message = (OutboxMessage) row.message();
    try {
      channel.basicPublish(
          exchange,
          message.eventType(),
          true,
          envelope.properties(row, message),
          message.payload());
      return true;
    } catch (IOException | RuntimeException e) {
      // Half a frame may have been written: nothing more may follow it on this connection.
      log.atWarn()
          .addKeyValue("event_id", row.id())
          .log("publishing event {} failed: {}", row.id(), e.toString());
      close();
      return false;
    }
  }

  /** The next answer, or null if there is none yet. */
  public @Nullable Answer answer() {
    return answers.poll();
  }

  public boolean isOpen() {
    return channel.isOpen();
  }

  /** Whether the broker has asked publishers to wait (a memory or disk alarm). */
  public boolean isBlocked() {
    return blocked;
  }

  /** Why it is closed, in the broker's words. */
  public String closeReason() {
    ShutdownSignalException reason = channel.getCloseReason();
    return reason == null ? "closed" : Reasons.of(reason);
  }

  /** Ends the connection without waiting for the broker longer than a second. */
  @Override
  public void close() {
    connection.abort(ABORT_MILLIS);
  }

  private void tell(Answer answer, Runnable wake) {
    answers.add(answer);
    wake.run();
  }

  private final class Blocked implements BlockedListener {
    private final Runnable wake;

    Blocked(Runnable wake) {
      this.wake = wake;
    }

    @Override
    public void handleBlocked(String reason) {
      log.warn("the broker blocks publishers ({}): nothing is sent until it stops", reason);
      blocked = true;
    }

    @Override
    public void handleUnblocked() {
      log.info("the broker takes messages again");
      blocked = false;
      wake.run();
    }
  }
}
