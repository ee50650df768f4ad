package io.reliableoutbox.relay.loop;

import io.reliableoutbox.relay.RelaySettings;
import io.reliableoutbox.relay.core.Dispatcher;
import io.reliableoutbox.relay.core.Leases;
import io.reliableoutbox.relay.core.OutboxRow;
import io.reliableoutbox.relay.core.Route;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;

/**
 * The relay's main path, on one thread that waits for no statement and no confirm: take the
 * broker's answers and what errands to the database brought, begin the next errands, send. What to
 * do is decided by the {@link Dispatcher}; when to connect by {@link Link}; what to read by {@link
 * Feed}; when to mark by {@link MarkWriter}.
 */
final class RelayLoop implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(RelayLoop.class);
  private final Dispatcher dispatcher;
  private final LeaseKeeper keeper;
  private final Feed feed;
  private final Link link;
  private final MarkWriter marks;
  private final Errand reading;
  private final Errand marking;
  private final RelaySettings settings;
  private final Signal signal;
  private volatile boolean stopped;
  private volatile long lastConfirmBy;
  private volatile boolean refusedByAll;
  private volatile int inFlight;
  private boolean databaseFails;

  RelayLoop(
      Dispatcher dispatcher,
      LeaseKeeper keeper,
      Feed feed,
      Link link,
      MarkWriter marks,
      Errand reading,
      Errand marking,
      RelaySettings settings,
      Signal signal) {
    this.dispatcher = dispatcher;
    this.keeper = keeper;
    this.feed = feed;
    this.link = link;
    this.marks = marks;
    this.reading = reading;
    this.marking = marking;
    this.settings = settings;
    this.signal = signal;
  }

  @Override
  public void run() {
    while (!stopped || awaitsLastConfirms()) {
      try {
        if (!turn()) {
          rest();
        }
      } catch (DataAccessException e) {
        databaseFails(true, NestedExceptionUtils.getMostSpecificCause(e).getMessage());
        signal.await(settings.pollInterval());
      }
    }
    marks.writeLast();
    reading.close();
    marking.close();
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
    boolean read = finishReading();
    boolean marked = marking.finish();
    if (read || marked) {
      databaseFails(false, "");
    }
    refusedByAll = dispatcher.isOutage();
    inFlight = dispatcher.inFlight();
    // Looked at again: to connect may take long.
    boolean ready = !stopped && link.isReady() && !stopped;
    marks.write(!ready);
    keeper.quiet(
        leases.releasing().stream().filter(dispatcher::isQuiet).collect(Collectors.toSet()));
    if (ready) {
      feed.refill();
    }
    return ready && send();
  }

  private boolean finishReading() {
    try {
      return reading.finish();
    } catch (DataAccessException e) {
      // What it asked for has not come: it is looked for again.
      feed.hintSweep();
      throw e;
    }
  }

  private void rest() {
    signal.await(stopped || dispatcher.hasMarks() ? MarkWriter.DELAY : settings.pollInterval());
  }

  private boolean send() {
    boolean sent = false;
    link.hold();
    for (Route route : Route.values()) {
      for (OutboxRow row = next(route); row != null && link.send(route, row); row = next(route)) {
        sent = true;
      }
    }
    link.flush();
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
