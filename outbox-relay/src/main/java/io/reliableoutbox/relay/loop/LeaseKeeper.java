package io.reliableoutbox.relay.loop;

import io.reliableoutbox.relay.RelaySettings;
import io.reliableoutbox.relay.core.Leases;
import io.reliableoutbox.relay.outbox.LeaseTable;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Keeps this relay's leases on a thread of its own, so that no slow batch can let them expire: says
 * that it is alive, renews, takes its fair share and gives up what is beyond it. A lease counts on
 * this machine's monotonic clock from before the renewal was sent, so it ends here before it ends
 * in the database.
 */
final class LeaseKeeper implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(LeaseKeeper.class);
  private final LeaseTable table;
  private final RelaySettings settings;
  private final UUID relay;
  private final Supplier<Duration> unusableFor;
  private final Signal signal = new Signal();
  private final Signal loop;
  private volatile Leases leases = Leases.NONE;
  private volatile Set<Integer> quiet = Set.of();
  private volatile boolean published;
  private final AtomicLong epochLosses = new AtomicLong();
  private volatile boolean stopped;
  private boolean failing;

  /** {@code unusableFor} says how long this relay has been unable to publish. */
  LeaseKeeper(
      LeaseTable table,
      RelaySettings settings,
      UUID relay,
      Signal loop,
      Supplier<Duration> unusableFor) {
    this.unusableFor = unusableFor;
    this.table = table;
    this.settings = settings;
    this.relay = relay;
    this.loop = loop;
  }

  /** What this relay may work on now. */
  Leases leases() {
    return leases;
  }

  /** Buckets of the last {@link #leases} that were to be given up and have nothing in flight. */
  void quiet(Set<Integer> buckets) {
    if (!buckets.equals(quiet)) {
      quiet = buckets;
      signal.raise();
    }
  }

  /** Buckets that went to another relay while this one thought it owned them. */
  long epochLosses() {
    return epochLosses.get();
  }

  /** Buckets may be free: looks now. */
  void wake() {
    signal.raise();
  }

  /** Something was published since; shows in {@code relay_state}. */
  void published() {
    published = true;
  }

  @Override
  public void run() {
    while (!stopped) {
      try {
        keep();
        if (failing) {
          log.info("the leases are kept again");
        }
        failing = false;
      } catch (DataAccessException | TransactionException e) {
        if (!failing) {
          log.warn(
              "the leases can't be renewed: {}",
              NestedExceptionUtils.getMostSpecificCause(e).getMessage());
        }
        failing = true;
      }
      signal.await(settings.lease().dividedBy(10));
    }
  }

  void stop() {
    stopped = true;
    signal.raise();
  }

  /** Gives everything up. To be called when nothing is in flight and {@link #run} has ended. */
  void resign() {
    leases = Leases.NONE;
    try {
      table.resign(relay);
    } catch (DataAccessException e) {
      log.warn(
          "the leases can't be given back and will expire: {}",
          NestedExceptionUtils.getMostSpecificCause(e).getMessage());
    }
  }

  private void keep() {
    if (unusableFor.get().compareTo(settings.lease()) > 0) {
      // Without a broker, or with a loop that hangs, it would only keep the others from the work.
      leases = Leases.NONE;
      return;
    }
    releaseQuiet();
    long sentAt = System.nanoTime();
    Map<Integer, Long> held = table.renew(relay, settings.lease());
    // After the renewal: one that can't renew must not count as alive, or its share would lie idle.
    boolean hasPublished = published;
    published = false;
    table.heartbeat(relay, settings.name(), settings.lease(), settings.retention(), hasPublished);
    int share = table.fairShare();
    if (held.size() < share) {
      held.putAll(table.acquire(relay, settings.lease(), share - held.size()));
    }
    publish(Leases.renewed(held, share, sentAt, settings.lease()));
  }

  private void publish(Leases renewed) {
    long lost = renewed.lostSince(leases);
    epochLosses.addAndGet(lost);
    if (lost > 0) {
      log.warn("{} buckets went to another relay", lost);
    }
    if (renewed.epochs().size() != leases.epochs().size()) {
      log.info(
          "{} buckets leased, {} to be given up",
          renewed.epochs().size(),
          renewed.releasing().size());
    }
    // What was quiet under the last view may be busy under this one.
    quiet = Set.of();
    leases = renewed;
    loop.raise();
  }

  private void releaseQuiet() {
    Set<Integer> released = leases.releasable(quiet);
    if (!released.isEmpty()) {
      // First nothing more can be sent for them, then they are free.
      leases = leases.without(released);
      table.release(relay, released);
    }
  }
}
