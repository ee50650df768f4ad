package io.reliableoutbox.relay.loop;

import io.reliableoutbox.relay.core.Candidate;
import io.reliableoutbox.relay.core.Intake;
import io.reliableoutbox.relay.core.LaneCut;
import io.reliableoutbox.relay.core.LoadedRow;
import io.reliableoutbox.relay.core.NamedAggregate;
import io.reliableoutbox.relay.core.Reach;
import io.reliableoutbox.relay.core.Scans;
import io.reliableoutbox.relay.core.SearchPace;
import io.reliableoutbox.relay.outbox.Outbox;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;

/** Brings rows from the outbox to the dispatcher: first who has something to send, then what. */
final class Feed {
  private static final Logger log = LoggerFactory.getLogger(Feed.class);
  private static final long BYTES_A_LOAD = 4L << 20;
  private static final int MOST_AGGREGATES = 4096;
  private static final int MOST_NAMED = 4096;
  private final Intake intake;
  private final SearchPace pace;
  private final LaneCut lanes;
  private final Outbox outbox;
  private final Errand errand;
  private int aggregatesALoad = MOST_AGGREGATES;
  private boolean searchNext = true;
  private final Queue<NamedAggregate> named = new ArrayBlockingQueue<>(MOST_NAMED);
  private volatile boolean hinted;
  private volatile boolean sweepHinted;

  /** What it reads, it reads as {@code errand}. */
  Feed(Intake intake, Outbox outbox, Duration pollInterval, Errand errand) {
    this.intake = intake;
    this.pace = new SearchPace(intake, pollInterval, System.nanoTime());
    this.lanes = new LaneCut(intake);
    this.outbox = outbox;
    this.errand = errand;
  }

  /**
   * These aggregates have something new; if none is named, any may have. Callable from any thread.
   */
  void hint(List<NamedAggregate> names) {
    if (names.isEmpty() || !names.stream().allMatch(named::offer)) {
      hinted = true;
    }
  }

  /** An operator made something sendable that may lie anywhere. Callable from any thread. */
  void hintSweep() {
    sweepHinted = true;
    hinted = true;
  }

  /** Begins to look for rows, or to load some, if it is time. */
  void refill() {
    if (!errand.isFree() || !intake.needsRows()) {
      return;
    }
    takeNamed();
    // In turn: neither may keep the other waiting.
    if (searchNext) {
      if (!find()) {
        load();
      }
    } else if (!load()) {
      find();
    }
  }

  private void takeNamed() {
    for (NamedAggregate next = named.poll(); next != null; next = named.poll()) {
      if (!intake.hinted(next)) {
        hinted = true;
      }
    }
  }

  // Large events: half as many aggregates after a load that was too much, or that failed.
  private boolean load() {
    int asked = aggregatesALoad;
    List<Long> wanted = intake.toLoad(asked);
    if (wanted.isEmpty()) {
      return false;
    }
    int rowsEach = intake.rowsEach(wanted.size());
    searchNext = true;
    aggregatesALoad = Math.max(1, asked / 2);
    errand.begin(
        () -> {
          List<LoadedRow> rows = outbox.load(wanted, rowsEach, BYTES_A_LOAD);
          return () -> loaded(rows, rowsEach, asked);
        });
    return true;
  }

  private void loaded(List<LoadedRow> rows, int rowsEach, int asked) {
    if (rows.stream().allMatch(LoadedRow::hasMessage)) {
      aggregatesALoad = Math.min(MOST_AGGREGATES, 2 * asked);
    }
    lanes.loaded(rows, rowsEach);
  }

  private boolean find() {
    long now = System.nanoTime();
    if (!pace.isDue(hinted, now)) {
      return false;
    }
    // Lowered before the search: a hint that comes meanwhile is for the next one.
    hinted = false;
    boolean sweep = sweepHinted;
    sweepHinted = false;
    List<Scans.Page> pages = pace.begin(sweep, now);
    if (pages.isEmpty()) {
      // Enough is known for now. What was hinted at is still to be looked for.
      hinted = true;
      return false;
    }
    int retries = intake.retries();
    boolean wantsReach = pace.wantsReach(now);
    searchNext = false;
    errand.begin(
        () -> {
          List<Candidate> found = outbox.find(pages, retries);
          Optional<Reach> reach = wantsReach ? reach() : Optional.empty();
          return () -> {
            pace.found(pages, found, now);
            reach.ifPresent(pace::reached);
          };
        });
    return true;
  }

  // What was found counts all the same: without it a search only goes further back than it need.
  private Optional<Reach> reach() {
    try {
      return Optional.of(outbox.reach());
    } catch (DataAccessException e) {
      log.warn(
          "how far the outbox goes can't be read: {}",
          NestedExceptionUtils.getMostSpecificCause(e).getMessage());
      return Optional.empty();
    }
  }
}
