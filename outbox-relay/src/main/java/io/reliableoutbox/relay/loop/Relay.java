package io.reliableoutbox.relay.loop;

import io.reliableoutbox.relay.RelaySettings;
import io.reliableoutbox.relay.core.Dispatcher;
import io.reliableoutbox.relay.core.Limits;
import io.reliableoutbox.relay.core.NamedAggregate;
import io.reliableoutbox.relay.core.Outcomes;
import io.reliableoutbox.relay.core.RetryPolicy;
import io.reliableoutbox.relay.outbox.LeaseTable;
import io.reliableoutbox.relay.outbox.Marks;
import io.reliableoutbox.relay.outbox.Outbox;
import io.reliableoutbox.relay.rabbit.Broker;
import io.reliableoutbox.relay.trace.OutboxSpans;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * A running relay: its loop with two errands to the database, its lease keeper and its hint
 * listener, each on a thread. Stopping waits for the last confirms, marks them and gives the leases
 * back, so that nothing is published twice and another relay takes over at once.
 */
public final class Relay implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Relay.class);

  /** {@link #brokerState} while messages can be published. */
  public static final String CONNECTED = "connected";

  private static final int LEAST_ATTEMPTS_BEFORE_PARKING = 5;
  private final Signal signal = new Signal();
  private final Link link;
  private final LeaseKeeper keeper;
  private final Feed feed;
  private final RelayLoop loop;
  private final HintListener hints;
  private final Duration confirmTimeout;
  private List<Thread> threads = List.of();

  public Relay(
      RelaySettings settings,
      Broker broker,
      Outbox outbox,
      Marks marks,
      LeaseTable leaseTable,
      DataSource hintConnections,
      Outcomes outcomes,
      OutboxSpans spans) {
    UUID relay = UUID.randomUUID();
    RetryPolicy retries =
        new RetryPolicy(
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            settings.parkAfter(),
            LEAST_ATTEMPTS_BEFORE_PARKING,
            new SplittableRandom());
    Limits limits = Limits.forWindow(settings.window());
    Dispatcher dispatcher = new Dispatcher(limits, retries, outcomes);
    this.confirmTimeout = settings.confirmTimeout();
    this.link = new Link(broker, dispatcher, signal, confirmTimeout);
    this.keeper = new LeaseKeeper(leaseTable, settings, relay, signal, link::unusableFor);
    this.hints = new HintListener(hintConnections, settings, this::hinted);
    Errand reading = new Errand("outbox-reader", signal);
    Errand marking = new Errand("mark-writer", signal);
    this.feed = new Feed(dispatcher.intake(), outbox, settings.pollInterval(), reading);
    MarkWriter writer = new MarkWriter(dispatcher, marks, relay, spans, marking, keeper::published);
    this.loop =
        new RelayLoop(dispatcher, keeper, feed, link, writer, reading, marking, settings, signal);
  }

  @Override
  public void start() {
    threads =
        List.of(
            new Thread(loop, "relay"),
            new Thread(keeper, "lease-keeper"),
            new Thread(hints, "hint-listener"));
    threads.forEach(thread -> thread.setUncaughtExceptionHandler(Relay::died));
    threads.forEach(Thread::start);
  }

  @Override
  public void stop() {
    hints.stop();
    loop.stop();
    join(threads.get(0));
    keeper.stop();
    join(threads.get(1));
    keeper.resign();
    threads.forEach(this::join);
    threads = List.of();
  }

  @Override
  public boolean isRunning() {
    return !threads.isEmpty();
  }

  /** Whether every thread lives; a relay with a dead thread must be restarted. */
  public boolean isAlive() {
    return isRunning() && threads.stream().allMatch(Thread::isAlive);
  }

  /** "connected", or why nothing can be published now. */
  public String brokerState() {
    return link.state();
  }

  /**
   * Whether the broker answers, but refuses everything: a slow probe goes on, no attempt is spent.
   */
  public boolean isRefusedByAll() {
    return loop.isRefusedByAll();
  }

  /** Buckets that this relay owns now. */
  public int buckets() {
    return keeper.leases().epochs().size();
  }

  /** Messages with the broker that it has not answered yet. Callable from any thread. */
  public int inFlight() {
    return loop.inFlight();
  }

  /** Buckets that went to another relay while this one thought it owned them. */
  public long epochLosses() {
    return keeper.epochLosses();
  }

  private void hinted(String hint) {
    switch (hint) {
      case HintListener.SWEEP -> feed.hintSweep();
      case "released" -> keeper.wake();
      default -> feed.hint(NamedAggregate.read(hint));
    }
    signal.raise();
  }

  private void join(Thread thread) {
    try {
      thread.join(confirmTimeout.plusSeconds(2).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // Half a relay is worse than none: its leases would keep the others away.
  private static void died(Thread thread, Throwable cause) {
    log.error(
        "thread {} died, the process ends so that another relay can take over",
        thread.getName(),
        cause);
    Runtime.getRuntime().halt(3);
  }
}
