package io.reliableoutbox.consumer.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Envelope;
import io.reliableoutbox.consumer.inbox.Deliveries;
import io.reliableoutbox.consumer.inbox.Received;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One queue's way to one worker: a channel of its own. {@link #ensure} puts back whatever is
 * missing; it is called every few seconds and whenever the broker says something. For one thread.
 *
 * <p>A worker that is held up, because the database is away, keeps its channel and what was
 * delivered. If the broker closes the channel for that after its {@code consumer_timeout}, none is
 * opened before the worker is back: each would count one more delivery for messages that nobody can
 * settle.
 */
public final class Subscription {
  static final String CONSUMING = "consuming";
  private final Topology topology;
  private final String queue;
  private final Feed.Reading reading;
  private final Intake intake;
  private final Window window;
  private final boolean runsEffects;
  private final Duration othersWait;
  private @Nullable Feed feed;
  private volatile long ready;
  private volatile String state = "not connected yet";

  private Subscription(
      Topology topology,
      String queue,
      Feed.Reading reading,
      Intake intake,
      int prefetch,
      boolean runsEffects,
      Duration othersWait) {
    this.runsEffects = runsEffects;
    this.othersWait = othersWait;
    this.topology = topology;
    this.queue = queue;
    this.reading = reading;
    this.intake = intake;
    this.window = new Window(prefetch, Intake.MOST_BYTES / 2);
  }

  /**
   * The consumer's events, for a worker of their own.
   *
   * @param prefetch deliveries that may be unacknowledged; a crash counts as one delivery for each
   * @param othersWait how long one message may keep other subscriptions from beginning
   */
  public static Subscription toEvents(String consumer, int prefetch, Duration othersWait) {
    var topology = new Topology(consumer);
    return new Subscription(
        topology, topology.queue(), Subscription::event, new Intake(), prefetch, true, othersWait);
  }

  /** What the broker gave up on, to the worker that has these events. */
  public static Subscription toDeadLetters(Subscription events) {
    var topology = events.topology;
    return new Subscription(
        topology,
        topology.parkingQueue(),
        AmqpMessages::deadLetter,
        events.intake,
        10,
        false,
        Duration.ZERO);
  }

  // Headers that can't even be written down again are left out, and the message is parked for it.
  private static Received event(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
    try {
      return AmqpMessages.received(envelope, properties, body);
    } catch (RuntimeException unreadable) {
      return AmqpMessages.received(envelope, properties.builder().headers(Map.of()).build(), body);
    }
  }

  public String consumer() {
    return topology.consumer();
  }

  public Deliveries deliveries() {
    return intake;
  }

  /** {@code consuming}, or why not. */
  public String state() {
    return state;
  }

  /** Messages that waited in the queue at the last look. */
  public long ready() {
    return ready;
  }

  /**
   * Whether none of what it was given can be a message that ends the process: then others may
   * begin, whose deliveries would be counted with it. One that has gone on for long holds its
   * worker up and nothing more, as far as anybody can tell.
   */
  boolean isCalm() {
    return !runsEffects
        || window.isProven()
        || ((ready == 0 || feed == null) && intake.isEmpty())
        || intake.heldUp().compareTo(othersWait) >= 0;
  }

  /**
   * Asserts queue and binding, and subscribes where that has ended.
   *
   * @param mayBegin false to leave it at that if it is not subscribed
   */
  void ensure(Connection connection, boolean mayBegin, Runnable onNews) throws IOException {
    try {
      ready = topology.declare(connection, queue);
      if (feed != null && feed.isLive()) {
        feed.ask();
        state = CONSUMING;
      } else {
        end();
        state = begin(connection, mayBegin, onNews);
      }
    } catch (IOException | RuntimeException e) {
      state = Reasons.of(e);
      throw e;
    }
  }

  private String begin(Connection connection, boolean mayBegin, Runnable onNews)
      throws IOException {
    if (!intake.isAttended()) {
      return "what was delivered before is not settled yet";
    }
    if (!mayBegin) {
      return "waits until what others were delivered before is settled";
    }
    subscribe(connection, onNews);
    return CONSUMING;
  }

  private void subscribe(Connection connection, Runnable onNews) throws IOException {
    Channel channel = connection.createChannel();
    if (channel == null) {
      throw new IOException("the broker allows no further channel");
    }
    window.restart();
    var subscribed = new Feed(channel, queue, intake, window, reading, news -> tell(news, onNews));
    try {
      subscribed.ask();
    } catch (IOException | RuntimeException e) {
      // The client knows no consumer then, and would never say that it ended.
      channel.abort();
      throw e;
    }
    feed = subscribed;
  }

  private void tell(String news, Runnable onNews) {
    state = news;
    onNews.run();
  }

  /** What was not acknowledged is delivered again. */
  private void end() throws IOException {
    if (feed != null) {
      feed.close();
      feed = null;
    }
  }

  /** Asks for no more; what has been delivered can still be acknowledged. */
  void cancel() throws IOException {
    if (feed != null) {
      feed.cancel();
    }
    state = "stopping";
  }
}
