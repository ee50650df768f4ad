package io.reliableoutbox.relay.loop;

import io.reliableoutbox.relay.RelaySettings;
import io.reliableoutbox.relay.core.Dispatcher;
import io.reliableoutbox.relay.core.Leases;
import io.reliableoutbox.relay.core.OutboxRow;
import io.reliableoutbox.relay.core.Route;
import java.time.Duration;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;

/**
 * The relay's main path, on one thread: take the broker's answers, mark, look for rows, send. The
 * broker works on up to a window of messages meanwhile. What to do is decided by the {@link
 * Dispatcher}; when to connect by {@link Link}; what to read by {@link Feed}.
 */
final class RelayLoop implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(RelayLoop.class);
  private static final Duration MARK_DELAY = Duration.ofMillis(10);
  private final Dispatcher dispatcher;
  private final LeaseKeeper keeper;
  private final Feed feed;
  private final Link link;
  private final MarkWriter marks;
  private final RelaySettings settings;
  private final Signal signal;
  private volatile boolean stopped;
  private volatile long lastConfirmBy;
  private volatile boolean refusedByAll;
  private volatile int inFlight;
  private boolean quiet;
  private boolean databaseFails;

  RelayLoop(
      Dispatcher dispatcher,
      LeaseKeeper keeper,
      Feed feed,
      Link link,
      MarkWriter marks,
      RelaySettings settings,
      Signal signal) {
    this.dispatcher = dispatcher;
    this.keeper = keeper;
    this.feed = feed;
    this.link = link;
    this.marks = marks;
    this.settings = settings;
    this.signal = signal;
  }

  @Override
  public void run() {
    while (!stopped || awaitsLastConfirms()) {
      try {
        boolean busy = turn();
        databaseFails(false, "");
        if (!busy) {
          rest();
        }
      } catch (DataAccessException e) {
        // What it asked for may not have come: it is looked for again.
        feed.hintSweep();
        databaseFails(true, NestedExceptionUtils.getMostSpecificCause(e).getMessage());
        signal.await(settings.pollInterval());
      }
    }
    marks.writeLast();
    link.close();
  }

  void stop() {
    lastConfirmBy = System.nanoTime() + settings.confirmTimeout().toNanos();
    stopped = true;
    signal.raise();
  }

  int inFlight() {
    return inFlight;
  }

  // Not longer: a broker that blocks publishers may not answer for hours.
  private boolean awaitsLastConfirms() {
    return link.isOpen() && dispatcher.inFlight() > 0 && System.nanoTime() - lastConfirmBy < 0;
  }

  boolean isRefusedByAll() {
    return refusedByAll;
  }

  /** One round; says whether there may be more to do at once. */
  private boolean turn() {
    Leases leases = keeper.leases();
    dispatcher.leases(leases);
    link.takeAnswers();
    refusedByAll = dispatcher.isOutage();
    inFlight = dispatcher.inFlight();
    boolean ready = !stopped && link.isReady();
    boolean refill = ready && dispatcher.needsRows();
    // Before anything is loaded: a row that is acked but not marked would look unsettled.
    if (refill || !ready || quiet || dispatcher.hasManyMarks()) {
      quiet = false;
      if (marks.write()) {
        keeper.published();
      }
      marks.block();
      keeper.quiet(
          leases.releasing().stream().filter(dispatcher::isQuiet).collect(Collectors.toSet()));
    }
    boolean found = refill && feed.refill();
    return (ready && send()) || found;
  }

  // Marks that nothing waits for are written once no answer has come for a moment.
  private void rest() {
    Duration atMost = stopped || dispatcher.hasMarks() ? MARK_DELAY : settings.pollInterval();
    quiet = !signal.await(atMost);
  }

  private boolean send() {
    boolean sent = false;
    for (Route route : Route.values()) {
      for (OutboxRow row = next(route); row != null && link.send(route, row); row = next(route)) {
        sent = true;
      }
    }
    return sent;
  }

  private @Nullable OutboxRow next(Route route) {
    return dispatcher.next(route, System.nanoTime());
  }

  private void databaseFails(boolean now, @Nullable String reason) {
    if (now && !databaseFails) {
      log.warn(
          "the database can't be used, trying again every {} ms: {}",
          settings.pollInterval().toMillis(),
          reason);
    } else if (!now && databaseFails) {
      log.info("the database answers again");
    }
    databaseFails = now;
  }
}
