package io.reliableoutbox.relay.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
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

/**
 * One channel in confirm mode and the answers that came over it; they die with it, sequence numbers
 * included. One thread publishes and takes answers; the client's I/O thread only puts answers into
 * a queue.
 */
public final class ConfirmChannel {
  private static final int STILL_OPEN = 0;
  private final Channel channel;
  private final String exchange;
  private final Envelope envelope;
  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private @Nullable String unsendable;

  ConfirmChannel(Connection connection, String exchange, Envelope envelope, Runnable wake)
      throws IOException {
    this.exchange = exchange;
    this.envelope = envelope;
    Channel opened = connection.createChannel();
    if (opened == null) {
      throw new IOException("the broker allows no further channel on this connection");
    }
    this.channel = opened;
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
  }

  /** The number that the next {@link #publish} uses up, whether it succeeds or not. */
  public long nextSequence() {
    return channel.getNextPublishSeqNo();
  }

  /**
   * Writes the message to the connection; its answer comes later, or never.
   *
   * @return false if the message can't be made or the channel is gone; the channel is of no more
   *     use then, because its sequence numbers are no longer those of the broker
   */
  public boolean publish(OutboxRow row) {
    OutboxMessage message = (OutboxMessage) row.message();
    try {
      channel.basicPublish(
          exchange,
          message.eventType(),
          true,
          envelope.properties(row, message),
          row.tombstone() ? Envelope.EMPTY : message.payload());
      return true;
    } catch (AlreadyClosedException e) {
      return false;
    } catch (IOException e) {
      // Half a frame may have been written: nothing more may follow it on this connection.
      channel.getConnection().abort(Generation.ABORT_MILLIS);
      return false;
    } catch (RuntimeException e) {
      // The client makes all frames before it writes the first: nothing was written.
      unsendable = "the message can't be made: " + e.getMessage();
      return false;
    }
  }

  /** The next answer, or null if there is none yet. */
  public @Nullable Answer answer() {
    return answers.poll();
  }

  public boolean isOpen() {
    return unsendable == null && channel.isOpen();
  }

  /**
   * Whether it was closed because of a message on it, while the connection lived on. A missing
   * exchange is no message's fault.
   */
  public boolean isClosedByMessage() {
    int code = closedWith();
    return unsendable != null || (code != STILL_OPEN && code != AMQP.NOT_FOUND);
  }

  /**
   * Whether the broker closed it for want of a right: to this routing key (RabbitMQ's topic
   * permissions) or to the exchange, it doesn't say.
   */
  public boolean isForbidden() {
    return unsendable == null && closedWith() == AMQP.ACCESS_REFUSED;
  }

  private int closedWith() {
    ShutdownSignalException reason = channel.getCloseReason();
    return reason != null
            && !reason.isHardError()
            && !reason.isInitiatedByApplication()
            && reason.getReason() instanceof AMQP.Channel.Close close
        ? close.getReplyCode()
        : STILL_OPEN;
  }

  /** Why it is closed, in the broker's words. */
  public String closeReason() {
    ShutdownSignalException reason = channel.getCloseReason();
    return unsendable != null ? unsendable : reason == null ? "closed" : Reasons.of(reason);
  }

  /** Gives the channel up. */
  void abort() {
    try {
      channel.abort();
    } catch (IOException | RuntimeException ignored) {
      // It is given up either way.
    }
  }

  private void tell(Answer answer, Runnable wake) {
    answers.add(answer);
    wake.run();
  }
}
