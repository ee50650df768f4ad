package io.reliableoutbox.relay.rabbit;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Connection;
import io.reliableoutbox.relay.core.Route;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection with a channel for each {@link Route}. When the connection or the pipeline's
 * channel dies the whole generation is thrown away, answers and sequence numbers included: an ack
 * of an old channel can't reach a message of a new one. Only the channel for single messages may
 * die by itself, and is {@link #reopen opened again}.
 */
public final class Generation implements AutoCloseable {
  static final int ABORT_MILLIS = 1000;
  private static final Logger log = LoggerFactory.getLogger(Generation.class);
  private final Connection connection;
  private final String exchange;
  private final Envelope envelope;
  private final Runnable wake;
  private final @Nullable CorkedSocket socket;
  private final ConfirmChannel pipeline;
  private ConfirmChannel alone;
  private volatile boolean blocked;

  /**
   * {@code wake} is called, from the I/O thread, whenever there is something new to see; {@code
   * socket} is the connection's, if it can hold messages back.
   */
  Generation(
      Connection connection,
      String exchange,
      Envelope envelope,
      Runnable wake,
      @Nullable CorkedSocket socket)
      throws IOException {
    this.socket = socket;
    this.connection = connection;
    this.exchange = exchange;
    this.envelope = envelope;
    this.wake = wake;
    this.pipeline = channel();
    this.alone = channel();
    connection.addBlockedListener((BlockedListener) new Blocked());
  }

  public ConfirmChannel channel(Route route) {
    return route == Route.PIPELINE ? pipeline : alone;
  }

  /** Opens a new channel for single messages; ends the generation if that isn't possible. */
  public void reopen() {
    alone.abort();
    try {
      alone = channel();
    } catch (IOException | RuntimeException e) {
      log.warn("no further channel: {}", Reasons.of(e));
      close();
    }
  }

  public boolean isOpen() {
    return pipeline.isOpen();
  }

  /** Messages may wait for {@link #flush} from now on: many go out in one write. */
  public void hold() {
    if (socket != null) {
      socket.cork();
    }
  }

  /** Writes what waits; ends the generation if that isn't possible. */
  public void flush() {
    try {
      if (socket != null) {
        socket.uncork();
      }
    } catch (IOException e) {
      log.debug("what was held back can't be written: {}", Reasons.of(e));
      close();
    }
  }

  /** Whether the broker has asked publishers to wait (a memory or disk alarm). */
  public boolean isBlocked() {
    return blocked;
  }

  /** Ends the connection without waiting for the broker longer than a second. */
  @Override
  public void close() {
    connection.abort(ABORT_MILLIS);
  }

  private ConfirmChannel channel() throws IOException {
    return new ConfirmChannel(connection, exchange, envelope, wake);
  }

  private final class Blocked implements BlockedListener {
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
