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
  private long tickedAt = System.nanoTime();

  Feed(Dispatcher dispatcher, Limits limits, Outbox outbox) {
    this.dispatcher = dispatcher;
    this.lanes = new LaneCut(dispatcher, limits);
    this.laneRows = limits.laneRows();
    this.outbox = outbox;
  }

  /** Looks for rows and loads them; says whether any can be sent, or looked for, at once. */
  boolean refill() {
    long now = System.nanoTime();
    if (now - tickedAt >= TICK.toNanos()) {
      dispatcher.tick();
      tickedAt = now;
    }
    boolean more = find(now);
    List<Long> wanted = dispatcher.toLoad();
    return (!wanted.isEmpty() && lanes.loaded(outbox.load(wanted, laneRows, BYTES_A_LOAD))) || more;
  }

  private boolean find(long now) {
    List<Scans.Page> pages = dispatcher.pages();
    return !pages.isEmpty() && dispatcher.found(pages, outbox.find(pages), now);
  }
}
