package io.reliableoutbox.relay.loop;

import io.reliableoutbox.relay.core.Dispatcher;
import io.reliableoutbox.relay.core.OutboxRow;
import io.reliableoutbox.relay.core.Route;
import io.reliableoutbox.relay.rabbit.Answer;
import io.reliableoutbox.relay.rabbit.Broker;
import io.reliableoutbox.relay.rabbit.BrokerUnavailable;
import io.reliableoutbox.relay.rabbit.ConfirmChannel;
import io.reliableoutbox.relay.rabbit.Generation;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The relay's present connection to the broker, or none: opens the next generation with back-off
 * when the last one died, and tells the dispatcher what each generation answered and that it is
 * gone. An outage of the broker spends no attempt of any row.
 */
final class Link {
  private static final Logger log = LoggerFactory.getLogger(Link.class);

  private final Broker broker;
  private final Dispatcher dispatcher;
  private final Signal signal;
  private final Duration confirmTimeout;
  private final LongSupplier clock = System::nanoTime;
  private final Attempts attempts;
  private long waitingSince = Long.MIN_VALUE;
  private volatile long usableAt = System.nanoTime();
  private volatile long writingSince;
  private volatile boolean writing;
  private volatile @Nullable Generation generation;
  private volatile String disconnected = "not connected yet";

  Link(Broker broker, Dispatcher dispatcher, Signal signal, Duration confirmTimeout) {
    this.broker = broker;
    this.dispatcher = dispatcher;
    this.signal = signal;
    this.confirmTimeout = confirmTimeout;
    this.attempts = new Attempts(confirmTimeout, clock);
  }

  /**
   * "connected", or why nothing can be sent; for health. Callable from any thread: the loop itself
   * can't say that it hangs in a write.
   */
  String state() {
    Generation current = generation;
    if (current == null) {
      return disconnected;
    }
    if (current.isBlocked()) {
      return "blocked by the broker (memory or disk alarm)";
    }
    boolean hangs = writing && clock.getAsLong() - writingSince > confirmTimeout.toNanos();
    return hangs ? "the broker takes nothing: a write does not end" : Relay.CONNECTED;
  }

  /** Time since the loop last had a channel to the broker. Callable from any thread. */
  Duration unusableFor() {
    return Duration.ofNanos(clock.getAsLong() - usableAt);
  }

  boolean isOpen() {
    return generation != null && generation.isOpen();
  }

  /** Whether messages can be sent now; opens a generation if it is time to try. */
  boolean isReady() {
    if (generation == null && attempts.isDue()) {
      open();
    }
    if (generation == null) {
      return false;
    }
    usableAt = clock.getAsLong();
    return !generation.isBlocked();
  }

  /** Sends a row; false if the channel died of it or before it. */
  boolean send(Route route, OutboxRow row) {
    if (generation == null) {
      return false;
    }
    ConfirmChannel channel = generation.channel(route);
    if (!channel.isOpen()) {
      return false;
    }
    long now = clock.getAsLong();
    dispatcher.sending(route, row, channel.nextSequence(), now);
    writingSince = now;
    return channel.publish(row);
  }

  /** Messages may wait for {@link #flush} from now on. */
  void hold() {
    writingSince = clock.getAsLong();
    writing = true;
    if (generation != null) {
      generation.hold();
    }
  }

  /** Writes what waits. */
  void flush() {
    if (generation != null) {
      writingSince = clock.getAsLong();
      generation.flush();
    }
    writing = false;
  }

  /** Passes on what the broker said, and the end of a generation once all it said is passed on. */
  void takeAnswers() {
    Generation current = generation;
    if (current == null) {
      return;
    }
    boolean pipelineOpen = takeAnswers(current, Route.PIPELINE);
    boolean aloneOpen = takeAnswers(current, Route.ALONE);
    ConfirmChannel alone = current.channel(Route.ALONE);
    ConfirmChannel pipeline = current.channel(Route.PIPELINE);
    if (!pipelineOpen) {
      lost(pipeline.closeReason(), pipeline.isClosedByMessage());
    } else if (!aloneOpen && alone.isClosedByMessage()) {
      // The connection lives: it was the one message on that channel.
      if (alone.isForbidden()) {
        dispatcher.answers().forbidden(alone.closeReason(), clock.getAsLong());
      } else {
        dispatcher.answers().closedByMessage(alone.closeReason(), clock.getAsLong());
      }
      current.reopen();
    } else if (!aloneOpen) {
      lost(alone.closeReason(), false);
    } else if (isOverdue(current)) {
      lost("no confirm within " + confirmTimeout.toMillis() + " ms", false);
    }
  }

  private boolean takeAnswers(Generation current, Route route) {
    ConfirmChannel channel = current.channel(route);
    // Looked at first: an answer that comes after this look is still taken, or its message sent
    // again.
    boolean open = channel.isOpen();
    for (Answer answer = channel.answer(); answer != null; answer = channel.answer()) {
      pass(route, answer);
    }
    return open;
  }

  // A blocked broker answers nothing, and that is no reason to send everything again.
  private boolean isOverdue(Generation current) {
    long now = clock.getAsLong();
    if (current.isBlocked()) {
      waitingSince = now;
    }
    long since = Math.max(dispatcher.oldestSentAtNanos(), waitingSince);
    return dispatcher.inFlight() > 0 && now - since > confirmTimeout.toNanos();
  }

  void close() {
    if (generation != null) {
      generation.close();
      generation = null;
    }
  }

  private void pass(Route route, Answer answer) {
    if (answer instanceof Answer.Ack ack) {
      attempts.confirmed();
      dispatcher.answers().acked(route, ack.sequence(), ack.multiple(), clock.getAsLong());
    } else if (answer instanceof Answer.Nack nack) {
      dispatcher.answers().nacked(route, nack.sequence(), nack.multiple(), clock.getAsLong());
    } else if (answer instanceof Answer.Returned returned) {
      dispatcher.answers().returned(route, returned.messageId(), returned.reason());
    }
  }

  private void open() {
    try {
      generation = broker.open(signal::raise);
      log.info("connected to the broker");
    } catch (BrokerUnavailable e) {
      if (!disconnected.equals(e.getMessage())) {
        log.warn("{}", e.getMessage());
      }
      disconnected = String.valueOf(e.getMessage());
      attempts.failed();
    }
  }

  private void lost(String reason, boolean suspicious) {
    log.warn(
        "the channel to the broker is gone, {} messages have an unknown outcome and are sent again: {}",
        dispatcher.inFlight(),
        reason);
    disconnected = reason;
    close();
    dispatcher.answers().channelsLost(suspicious);
    attempts.failed();
  }
}
