package io.reliableoutbox.relay.loop;

import io.reliableoutbox.relay.core.Dispatcher;
import io.reliableoutbox.relay.core.OutboxRow;
import io.reliableoutbox.relay.core.Scans;
import io.reliableoutbox.relay.outbox.LoadedRow;
import io.reliableoutbox.relay.outbox.Outbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Brings rows from the outbox to the dispatcher: first who has something to send, then what. */
final class Feed {
  private static final int LANE_ROWS = 16;
  private static final long BYTES_A_LOAD = 4L << 20;
  private static final Duration TICK = Duration.ofMillis(100);
  private final Dispatcher dispatcher;
  private final Outbox outbox;
  private final Duration pollInterval;
  private volatile boolean hinted;
  private volatile boolean sweepHinted;
  private boolean more = true;
  private long tickedAt = System.nanoTime();
  private long foundAt = System.nanoTime();

  Feed(Dispatcher dispatcher, Outbox outbox, Duration pollInterval) {
    this.dispatcher = dispatcher;
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
    return (!wanted.isEmpty() && load(outbox.load(wanted, LANE_ROWS, BYTES_A_LOAD))) || more;
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

  // Rows come grouped by aggregate, in order.
  private boolean load(List<LoadedRow> rows) {
    boolean any = false;
    int from = 0;
    for (int i = 1; i <= rows.size(); i++) {
      if (i == rows.size() || key(rows, i) != key(rows, from)) {
        any |= loadLane(rows.subList(from, i));
        from = i;
      }
    }
    return any;
  }

  // Up to the first row that must wait, or whose message was too much for one load.
  private boolean loadLane(List<LoadedRow> rows) {
    List<OutboxRow> sendable = new ArrayList<>();
    for (LoadedRow row : rows) {
      if (!row.due() || row.withoutMessage()) {
        break;
      }
      sendable.add(row.row());
    }
    OutboxRow first = rows.get(0).row();
    if (!sendable.isEmpty()) {
      dispatcher.loaded(sendable, sendable.size() < rows.size() || rows.size() == LANE_ROWS);
    } else if (rows.get(0).due()) {
      dispatcher.postponed(first.aggregateKey(), first.bucket());
    } else if (rows.get(0).parked()) {
      dispatcher.parked(first.aggregateKey(), first.bucket());
    }
    return rows.get(0).due();
  }

  private static long key(List<LoadedRow> rows, int i) {
    return rows.get(i).row().aggregateKey();
  }
}
