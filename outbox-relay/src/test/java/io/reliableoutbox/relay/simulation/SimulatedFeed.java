package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.LaneCut;
import io.reliableoutbox.relay.core.LoadedRow;
import io.reliableoutbox.relay.core.Scans;
import io.reliableoutbox.relay.core.SearchPace;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** As {@code Feed}: brings rows from the outbox to the dispatcher. */
final class SimulatedFeed {
  /** As {@code SearchPace} has it. */
  static final long TICK = 100 * Timeline.MILLI;

  private static final int MOST_AGGREGATES = 8;
  private final World world;
  private final SimulatedRelay relay;
  private final Session session;
  private final SearchPace pace;
  private final LaneCut lanes;
  private int aggregatesALoad = MOST_AGGREGATES;
  private boolean hinted;
  private boolean sweepHinted;

  SimulatedFeed(World world, SimulatedRelay relay, Session session) {
    this.world = world;
    this.relay = relay;
    this.session = session;
    this.pace =
        new SearchPace(
            relay.dispatcher, Duration.ofNanos(relay.pollInterval()), relay.process.nanoTime());
    this.lanes = new LaneCut(relay.dispatcher, world.plan.limits);
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
    if (pace.isDue(hinted, now)) {
      find(now, then, failed);
    } else {
      load(then, failed);
    }
  }

  private void find(long now, Consumer<Boolean> then, Runnable failed) {
    hinted = false;
    boolean sweep = sweepHinted;
    sweepHinted = false;
    List<Scans.Page> pages = pace.begin(sweep, now);
    if (pages.isEmpty()) {
      load(then, failed);
      return;
    }
    session.call(
        () -> world.outbox.find(relay.id(), pages),
        candidates -> {
          pace.found(pages, candidates, now);
          load(then, failed);
        },
        failed);
  }

  private void load(Consumer<Boolean> then, Runnable failed) {
    int asked = aggregatesALoad;
    List<Long> wanted = relay.dispatcher.toLoad(asked);
    if (wanted.isEmpty()) {
      then.accept(pace.hasMore());
      return;
    }
    aggregatesALoad = Math.max(1, asked / 2);
    world.say(() -> "relay " + relay.id() + " loads " + wanted);
    session.call(
        () ->
            world.outbox.load(
                relay.id(), wanted, world.plan.limits.laneRows(), world.plan.bytesALoad),
        rows -> {
          if (rows.stream().allMatch(LoadedRow::hasMessage)) {
            aggregatesALoad = Math.min(MOST_AGGREGATES, 2 * asked);
          }
          then.accept(lanes.loaded(rows) || pace.hasMore());
        },
        failed);
  }
}
