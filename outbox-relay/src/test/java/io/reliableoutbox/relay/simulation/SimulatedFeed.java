package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.LaneCut;
import io.reliableoutbox.relay.core.LoadedRow;
import io.reliableoutbox.relay.core.NamedAggregate;
import io.reliableoutbox.relay.core.Scans;
import io.reliableoutbox.relay.core.SearchPace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** As {@code Feed}: brings rows from the outbox to the dispatcher. */
final class SimulatedFeed {
  /** As {@code SearchPace} has it. */
  static final long TICK = 100 * Timeline.MILLI;

  private static final int MOST_AGGREGATES = 8;
  private static final int MOST_NAMED = 8;
  private final World world;
  private final SimulatedRelay relay;
  private final Session session;
  private final SearchPace pace;
  private final LaneCut lanes;
  private final SimulatedErrand errand;
  private int aggregatesALoad = MOST_AGGREGATES;
  private boolean searchNext = true;
  private final List<NamedAggregate> named = new ArrayList<>();
  private boolean hinted;
  private boolean sweepHinted;

  SimulatedFeed(World world, SimulatedRelay relay, Session session, SimulatedErrand errand) {
    this.errand = errand;
    this.world = world;
    this.relay = relay;
    this.session = session;
    this.pace =
        new SearchPace(
            relay.dispatcher.intake(),
            Duration.ofNanos(relay.pollInterval()),
            relay.process.nanoTime());
    this.lanes = new LaneCut(relay.dispatcher.intake());
  }

  void hint(List<NamedAggregate> names) {
    hinted |= names.isEmpty() || named.size() + names.size() > MOST_NAMED;
    names.stream().limit(MOST_NAMED - named.size()).forEach(named::add);
  }

  void hintSweep() {
    sweepHinted = true;
    hinted = true;
  }

  /** Begins to look for rows, or to load some, if it is time; says whether it did. */
  boolean refill() {
    if (!errand.isFree()) {
      return false;
    }
    takeNamed();
    return searchNext ? find() || load() : load() || find();
  }

  private void takeNamed() {
    for (NamedAggregate aggregate : named) {
      boolean taken = relay.dispatcher.intake().hinted(aggregate);
      world.saw(taken ? Situation.HINT_TAKEN : Situation.HINT_NOT_TAKEN);
      hinted |= !taken;
    }
    named.clear();
  }

  private boolean find() {
    long now = relay.process.nanoTime();
    if (!pace.isDue(hinted, now)) {
      return false;
    }
    hinted = false;
    boolean sweep = sweepHinted;
    sweepHinted = false;
    List<Scans.Page> pages = pace.begin(sweep, now);
    if (pages.isEmpty()) {
      hinted = true;
      return false;
    }
    int retries = relay.dispatcher.intake().retries();
    boolean wantsReach = pace.wantsReach(now);
    searchNext = false;
    errand.begin(
        (done, failed) ->
            session.call(
                () -> world.outbox.find(relay.id(), pages, retries),
                candidates -> {
                  Runnable found = () -> pace.found(pages, candidates, now);
                  if (wantsReach) {
                    reach(found, done);
                  } else {
                    done.accept(found);
                  }
                },
                failed));
    return true;
  }

  private void reach(Runnable found, Consumer<Runnable> done) {
    session.call(
        world.outbox::reach,
        reach ->
            done.accept(
                () -> {
                  found.run();
                  pace.reached(reach);
                }),
        () -> done.accept(found));
  }

  private boolean load() {
    int asked = aggregatesALoad;
    List<Long> wanted = relay.dispatcher.intake().toLoad(asked);
    if (wanted.isEmpty()) {
      return false;
    }
    int rowsEach = relay.dispatcher.intake().rowsEach(wanted.size());
    searchNext = true;
    aggregatesALoad = Math.max(1, asked / 2);
    world.say(() -> "relay " + relay.id() + " loads " + wanted);
    errand.begin(
        (done, failed) ->
            session.call(
                () -> world.outbox.load(relay.id(), wanted, rowsEach, world.plan.bytesALoad),
                rows -> done.accept(() -> loaded(rows, rowsEach, asked)),
                failed));
    return true;
  }

  private void loaded(List<LoadedRow> rows, int rowsEach, int asked) {
    if (rows.stream().allMatch(LoadedRow::hasMessage)) {
      aggregatesALoad = Math.min(MOST_AGGREGATES, 2 * asked);
    }
    lanes.loaded(rows, rowsEach);
  }
}
