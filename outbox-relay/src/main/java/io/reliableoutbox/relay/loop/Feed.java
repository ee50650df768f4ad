package io.reliableoutbox.relay.loop;

import io.reliableoutbox.relay.core.Dispatcher;
import io.reliableoutbox.relay.core.LaneCut;
import io.reliableoutbox.relay.core.Limits;
import io.reliableoutbox.relay.core.LoadedRow;
import io.reliableoutbox.relay.core.Scans;
import io.reliableoutbox.relay.core.SearchPace;
import io.reliableoutbox.relay.outbox.Outbox;
import java.time.Duration;
import java.util.List;

/** Brings rows from the outbox to the dispatcher: first who has something to send, then what. */
final class Feed {
  private static final long BYTES_A_LOAD = 4L << 20;
  private static final int MOST_AGGREGATES = 4096;
  private final Dispatcher dispatcher;
  private final SearchPace pace;
  private final LaneCut lanes;
  private final int laneRows;
  private final Outbox outbox;
  private int aggregatesALoad = MOST_AGGREGATES;
  private volatile boolean hinted;
  private volatile boolean sweepHinted;

  Feed(Dispatcher dispatcher, Limits limits, Outbox outbox, Duration pollInterval) {
    this.dispatcher = dispatcher;
    this.pace = new SearchPace(dispatcher, pollInterval, System.nanoTime());
    this.lanes = new LaneCut(dispatcher, limits);
    this.laneRows = limits.laneRows();
    this.outbox = outbox;
  }

  /** There is something new: looks at the next opportunity. Callable from any thread. */
  void hint() {
    hinted = true;
  }

  /** An operator made something sendable that may lie anywhere. Callable from any thread. */
  void hintSweep() {
    sweepHinted = true;
    hinted = true;
  }

  /** Looks for rows and loads them; says whether any can be sent, or looked for, at once. */
  boolean refill() {
    long now = System.nanoTime();
    if (pace.isDue(hinted, now)) {
      find(now);
    }
    return load() || pace.hasMore();
  }

  // Large events: half as many aggregates after a load that was too much, or that failed.
  private boolean load() {
    int asked = aggregatesALoad;
    List<Long> wanted = dispatcher.toLoad(asked);
    if (wanted.isEmpty()) {
      return false;
    }
    aggregatesALoad = Math.max(1, asked / 2);
    List<LoadedRow> rows = outbox.load(wanted, laneRows, BYTES_A_LOAD);
    if (rows.stream().allMatch(LoadedRow::hasMessage)) {
      aggregatesALoad = Math.min(MOST_AGGREGATES, 2 * asked);
    }
    return lanes.loaded(rows);
  }

  private void find(long now) {
    // Lowered before the search: a hint that comes meanwhile is for the next one.
    hinted = false;
    boolean sweep = sweepHinted;
    sweepHinted = false;
    List<Scans.Page> pages = pace.begin(sweep, now);
    if (!pages.isEmpty()) {
      pace.found(pages, outbox.find(pages), now);
    }
  }
}
