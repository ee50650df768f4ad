package io.reliableoutbox.relay.loop;

import io.reliableoutbox.relay.core.Dispatcher;
import io.reliableoutbox.relay.core.LaneCut;
import io.reliableoutbox.relay.core.Limits;
import io.reliableoutbox.relay.core.Scans;
import io.reliableoutbox.relay.outbox.Outbox;
import java.time.Duration;
import java.util.List;

/** Brings rows from the outbox to the dispatcher: first who has something to send, then what. */
final class Feed {
  private static final long BYTES_A_LOAD = 4L << 20;
  private static final Duration TICK = Duration.ofMillis(100);
  private final Dispatcher dispatcher;
  private final LaneCut lanes;
  private final int laneRows;
  private final Outbox outbox;
  private final Duration pollInterval;
  private volatile boolean hinted;
  private volatile boolean sweepHinted;
  private boolean more = true;
  private long tickedAt = System.nanoTime();
  private long foundAt = System.nanoTime();

  Feed(Dispatcher dispatcher, Limits limits, Outbox outbox, Duration pollInterval) {
    this.dispatcher = dispatcher;
    this.lanes = new LaneCut(dispatcher, limits);
    this.laneRows = limits.laneRows();
    this.outbox = outbox;
    this.pollInterval = pollInterval;
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
    if (hinted || more || now - foundAt >= pollInterval.toNanos()) {
      find(now);
    }
    List<Long> wanted = dispatcher.toLoad();
    return (!wanted.isEmpty() && lanes.loaded(outbox.load(wanted, laneRows, BYTES_A_LOAD))) || more;
  }

  private void find(long now) {
    if (now - tickedAt >= TICK.toNanos()) {
      dispatcher.tick();
      tickedAt = now;
    }
    // Lowered before the search: a hint that comes meanwhile is for the next one.
    hinted = false;
    if (sweepHinted) {
      sweepHinted = false;
      dispatcher.searchAll();
    }
    List<Scans.Page> pages = dispatcher.pages();
    if (!pages.isEmpty()) {
      more = true;
      more = dispatcher.found(pages, outbox.find(pages), now);
      foundAt = now;
    }
  }
}
