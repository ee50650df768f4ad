package io.reliableoutbox.consumer.rabbit;

import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Keeps the connection and the subscriptions as they should be, on a thread of its own: looks every
 * few seconds and whenever something ended, and puts back what is missing. A broker that is away or
 * refuses is asked again, ever more slowly.
 */
public final class BrokerLink implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(BrokerLink.class);
  private static final long LOOK_MILLIS = 3000;
  private static final long LOOK_AGAIN_MILLIS = 300;
  private static final int CLOSE_MILLIS = 5000;
  private final String brings;
  private final Brokers brokers;
  private final List<Subscription> subscriptions;
  private final ExponentialBackOff backOff = new ExponentialBackOff(200, 2);
  private final Semaphore news = new Semaphore(0);
  private final CountDownLatch stopping = new CountDownLatch(1);
  private @Nullable Connection connection;
  private volatile String state = "not connected yet";

  /**
   * {@code brings} says in the log what comes by this connection; {@code tls} is for {@code
   * amqps://}, null for what Java trusts.
   */
  public BrokerLink(
      String brings, List<URI> uris, @Nullable SSLContext tls, List<Subscription> subscriptions) {
    this.brings = brings;
    this.brokers = new Brokers(uris, tls);
    this.subscriptions = List.copyOf(subscriptions);
    backOff.setMaxInterval(5000);
    backOff.setJitter(100);
  }

  @Override
  public void run() {
    BackOffExecution delays = backOff.start();
    try {
      while (stopping.getCount() > 0) {
        boolean well = ensure();
        if (well) {
          news.tryAcquire(isConsuming() ? LOOK_MILLIS : LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
          news.drainPermits();
        }
        if (well && connection != null && connection.isOpen()) {
          delays = backOff.start();
        } else {
          // Nothing cuts this short but the stop: a broker that refuses must not be asked in a
          // loop, nor a message be fetched in one that ends each connection.
          stopping.await(delays.nextBackOff(), TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean ensure() {
    try {
      if (connection == null || !connection.isOpen()) {
        connection = brokers.open();
      }
    } catch (IOException | RuntimeException e) {
      say(String.valueOf(e.getMessage()));
      return false;
    }
    Map<String, String> refused = new LinkedHashMap<>();
    // One after the other: while one takes, one at a time, what was delivered before and may end
    // the process, no other has deliveries that a crash would count, too.
    boolean mayBegin = true;
    for (Subscription subscription : subscriptions) {
      ensure(subscription, connection, mayBegin, refused);
      mayBegin &= subscription.isCalm();
    }
    say(refused.isEmpty() ? Subscription.CONSUMING : "refused: " + refused);
    return refused.isEmpty();
  }

  private void ensure(
      Subscription subscription,
      Connection connection,
      boolean mayBegin,
      Map<String, String> refused) {
    try {
      subscription.ensure(connection, mayBegin, news::release);
    } catch (IOException | RuntimeException e) {
      refused.put(subscription.consumer(), subscription.state());
    }
  }

  private void say(String news) {
    if (!news.equals(state)) {
      log.info("broker, for {}: {}", brings, news);
    }
    state = news;
  }

  /** {@code consuming}, or why not, in the broker's words. */
  public String state() {
    return subscriptions.stream()
        .map(Subscription::state)
        .filter(each -> state.equals(Subscription.CONSUMING) && !each.equals(state))
        .findFirst()
        .orElse(state);
  }

  public boolean isConsuming() {
    return state().equals(Subscription.CONSUMING);
  }

  /** Takes no more deliveries; those that were taken can still be acknowledged. */
  public void stopConsuming(Thread runner) throws InterruptedException {
    stopping.countDown();
    news.release();
    // So that nobody else uses the subscriptions.
    runner.join(CLOSE_MILLIS);
    for (Subscription subscription : subscriptions) {
      try {
        subscription.cancel();
      } catch (IOException e) {
        log.info("{}: not cancelled: {}", subscription.consumer(), Reasons.of(e));
      }
    }
  }

  /** Closes the connection, after {@link #stopConsuming}. */
  public void close() {
    if (connection != null) {
      connection.abort(CLOSE_MILLIS);
    }
  }
}
