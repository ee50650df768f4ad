package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.LaneCut;
import io.reliableoutbox.relay.core.Scans;
import java.util.List;
import java.util.function.Consumer;

/** As {@code Feed}: brings rows from the outbox to the dispatcher. */
final class SimulatedFeed {
  static final long TICK = 100 * Timeline.MILLI;
  private final World world;
  private final SimulatedRelay relay;
  private final Session session;
  private final LaneCut lanes;
  private boolean hinted;
  private boolean sweepHinted;
  private boolean more = true;
  private long tickedAt;
  private long foundAt;

  SimulatedFeed(World world, SimulatedRelay relay, Session session) {
    this.world = world;
    this.relay = relay;
    this.session = session;
    this.lanes = new LaneCut(relay.dispatcher, world.plan.limits);
    this.tickedAt = relay.process.nanoTime();
    this.foundAt = relay.process.nanoTime();
  }

  void hint() {
    hinted = true;
  }

  void hintSweep() {
    sweepHinted = true;
    hinted = true;
  }

  /** Goes on with whether any can be sent, or looked for, at once. */
  void refill(Consumer<Boolean> then, Runnable failed) {
    long now = relay.process.nanoTime();
    if (hinted || more || now - foundAt >= relay.pollInterval()) {
      find(now, then, failed);
    } else {
      load(then, failed);
    }
  }

  private void find(long now, Consumer<Boolean> then, Runnable failed) {
    if (now - tickedAt >= TICK) {
      relay.dispatcher.tick();
      tickedAt = now;
    }
    hinted = false;
    if (sweepHinted) {
      sweepHinted = false;
      relay.dispatcher.searchAll();
    }
    List<Scans.Page> pages = relay.dispatcher.pages();
    if (pages.isEmpty()) {
      load(then, failed);
      return;
    }
    more = true;
    session.call(
        () -> world.outbox.find(relay.id(), pages),
        candidates -> {
          more = relay.dispatcher.found(pages, candidates, now);
          foundAt = now;
          load(then, failed);
        },
        failed);
  }

  private void load(Consumer<Boolean> then, Runnable failed) {
    List<Long> wanted = relay.dispatcher.toLoad();
    if (wanted.isEmpty()) {
      then.accept(more);
      return;
    }
    world.say(() -> "relay " + relay.id() + " loads " + wanted);
    session.call(
        () ->
            world.outbox.load(
                relay.id(), wanted, world.plan.limits.laneRows(), world.plan.bytesALoad),
        rows -> then.accept(lanes.loaded(rows) || more),
        failed);
  }
}
