package io.reliableoutbox.relay.loop;

import io.reliableoutbox.relay.RelaySettings;
import io.reliableoutbox.relay.core.Block;
import io.reliableoutbox.relay.core.Dispatcher;
import io.reliableoutbox.relay.core.Leases;
import io.reliableoutbox.relay.core.Mark;
import io.reliableoutbox.relay.core.OutboxRow;
import io.reliableoutbox.relay.core.Route;
import io.reliableoutbox.relay.outbox.Marks;
import io.reliableoutbox.relay.trace.OutboxSpans;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
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
  private static final int BLOCKED_A_TURN = 5000;
  private static final Duration MARK_DELAY = Duration.ofMillis(10);
  private final Dispatcher dispatcher;
  private final LeaseKeeper keeper;
  private final Feed feed;
  private final Link link;
  private final Marks marks;
  private final RelaySettings settings;
  private final UUID relay;
  private final OutboxSpans spans;
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
      Marks marks,
      RelaySettings settings,
      UUID relay,
      OutboxSpans spans,
      Signal signal) {
    this.dispatcher = dispatcher;
    this.keeper = keeper;
    this.feed = feed;
    this.link = link;
    this.marks = marks;
    this.settings = settings;
    this.relay = relay;
    this.spans = spans;
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
        databaseFails(true, NestedExceptionUtils.getMostSpecificCause(e).getMessage());
        signal.await(settings.pollInterval());
      }
    }
    writeLastMarks();
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
      writeMarks();
      block();
      keeper.quiet(
          leases.releasing().stream().filter(dispatcher::isQuiet).collect(Collectors.toSet()));
    }
    boolean found = refill && feed.refill();
    return (ready && send()) || found;
  }

  // Marks that nothing waits for are written once no answer has come for a moment.
  private void rest() {
    Duration atMost = dispatcher.hasMarks() ? MARK_DELAY : settings.pollInterval();
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

  private void writeMarks() {
    List<Mark> written = dispatcher.marks();
    if (written.isEmpty()) {
      return;
    }
    Instant confirmedAt = spans.now();
    int applied = write(written);
    if (applied < written.size()) {
      log.info(
          "{} of {} marks did not apply: another relay or an operator was first",
          written.size() - applied,
          written.size());
    }
    written.forEach(RelayLoop::report);
    spans.marked(written, confirmedAt);
    dispatcher.marked(written);
    keeper.published();
  }

  private int write(List<Mark> written) {
    List<Mark.Published> published = new ArrayList<>(written.size());
    List<Mark> refused = new ArrayList<>();
    for (Mark mark : written) {
      if (mark instanceof Mark.Published confirmed) {
        published.add(confirmed);
      } else {
        refused.add(mark);
      }
    }
    return (published.isEmpty() ? 0 : marks.published(relay, published))
        + (refused.isEmpty() ? 0 : marks.refused(relay, refused));
  }

  // A bounded piece a turn: a hundred thousand rows may stand behind a parked one.
  private void block() {
    for (Block block : dispatcher.blocks()) {
      if (marks.block(relay, block, BLOCKED_A_TURN) < BLOCKED_A_TURN) {
        dispatcher.blocked(block);
      }
    }
  }

  private void writeLastMarks() {
    try {
      writeMarks();
    } catch (DataAccessException e) {
      log.warn(
          "{} confirmed messages could not be marked and will be sent again",
          dispatcher.marks().size());
    }
  }

  private static void report(Mark mark) {
    if (mark instanceof Mark.Retry retry) {
      log.atWarn()
          .addKeyValue("event_id", mark.row().id())
          .log(
              "event {} was refused ({}); again in {} ms",
              mark.row().id(),
              retry.reason(),
              retry.delay().toMillis());
    } else if (mark instanceof Mark.Park park) {
      log.atError()
          .addKeyValue("event_id", mark.row().id())
          .log(
              "event {} is PARKED after {} attempts: {}",
              mark.row().id(),
              mark.row().attempts() + 1,
              park.reason());
    }
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
