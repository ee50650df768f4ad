package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.Block;
import io.reliableoutbox.relay.core.Dispatcher;
import io.reliableoutbox.relay.core.LaneCut;
import io.reliableoutbox.relay.core.Leases;
import io.reliableoutbox.relay.core.LoadedRow;
import io.reliableoutbox.relay.core.Mark;
import io.reliableoutbox.relay.core.OutboxRow;
import io.reliableoutbox.relay.core.Route;
import io.reliableoutbox.relay.core.Scans;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A relay: the real core in a shell that does what {@code RelayLoop}, {@code Feed} and {@code
 * Relay} do, in their order, and may be interrupted between any two steps.
 */
class SimulatedRelay {
  private static final long TICK = 100 * Timeline.MILLI;
  static final List<Route> ROUTES = List.of(Route.values());
  private static final int BLOCKED_A_TURN = 3;
  final World world;
  final VirtualProcess process;
  final Dispatcher dispatcher;
  final SimulatedLink link;
  final SimulatedKeeper keeper;
  private final int id;
  private final LaneCut lanes;
  private final Session session;
  private final VirtualSignal signal;
  private boolean stopped;
  private boolean loopEnded;
  private boolean keeperEnded;
  private boolean sweepWanted;
  private boolean busy;
  private long tickedAt;
  private long tickets;
  private long highestConfirmed;

  SimulatedRelay(World world, int id) {
    this.world = world;
    this.id = id;
    process = new VirtualProcess(world, this::died);
    dispatcher = new Dispatcher(world.plan.limits, world.plan.retryPolicy(world.dice));
    lanes = new LaneCut(dispatcher, world.plan.limits);
    session = new Session(world, process);
    signal = new VirtualSignal(process);
    link = world.variant.link(world, this);
    keeper = new SimulatedKeeper(world, this);
    tickedAt = process.nanoTime();
  }

  int id() {
    return id;
  }

  Session session() {
    return session;
  }

  void start() {
    process.after(0, this::turn);
    process.after(0, keeper::keep);
  }

  // ---- from outside

  void wake() {
    signal.raise();
  }

  void searchAll() {
    sweepWanted = true;
    signal.raise();
  }

  void released() {
    keeper.wake();
  }

  /** As {@code Relay.stop}: waits for the last confirms and marks, but not for ever. */
  void stop() {
    if (stopped || !process.isAlive()) {
      return;
    }
    world.saw(Situation.RELAY_STOPPED_GRACEFULLY);
    if (dispatcher.inFlight() > 0) {
      world.saw(Situation.RELAY_STOPPED_WITH_MESSAGES_IN_FLIGHT);
    }
    world.say(() -> "relay " + id + " is stopped");
    world.invariants.changed();
    stopped = true;
    signal.raise();
    process.after(world.plan.confirmTimeout + 2 * Timeline.SECOND, this::loopEnded);
  }

  /** Whether it lives and is not about to stop. */
  boolean isServing() {
    return process.isAlive() && !stopped;
  }

  // ---- a turn

  private void turn() {
    if (stopped && !hasToWait()) {
      writeLastMarks();
      return;
    }
    busy = false;
    Leases leases = keeper.leases();
    dispatcher.leases(leases);
    link.takeAnswers();
    process.then(() -> writeMarks(leases));
  }

  // Before anything is loaded: a row that is acked but not marked would look unsettled.
  void writeMarks(Leases leases) {
    List<Mark> written = dispatcher.marks();
    if (written.isEmpty()) {
      block(leases, dispatcher.blocks().iterator());
      return;
    }
    world.invariants.marks(this, written);
    session.call(
        world.marks.write(id, written),
        applied -> {
          dispatcher.marked(written);
          block(leases, dispatcher.blocks().iterator());
        },
        this::databaseFails);
  }

  void block(Leases leases, Iterator<Block> blocks) {
    if (!blocks.hasNext()) {
      quiet(leases);
      return;
    }
    Block block = blocks.next();
    session.call(
        world.marks.block(id, block, BLOCKED_A_TURN),
        blocked -> {
          if (blocked < BLOCKED_A_TURN) {
            dispatcher.blocked(block);
          }
          block(leases, blocks);
        },
        this::databaseFails);
  }

  private void quiet(Leases leases) {
    keeper.quiet(leases.releasing().stream().filter(this::isQuiet).collect(Collectors.toSet()));
    if (stopped || !link.isReady()) {
      endTurn();
      return;
    }
    if (sweepWanted) {
      sweepWanted = false;
      dispatcher.searchAll();
    }
    find();
  }

  boolean isQuiet(int bucket) {
    return dispatcher.isQuiet(bucket);
  }

  private void find() {
    long now = process.nanoTime();
    if (now - tickedAt >= TICK) {
      dispatcher.tick();
      tickedAt = now;
    }
    List<Scans.Page> pages = dispatcher.pages();
    if (pages.isEmpty()) {
      load();
      return;
    }
    session.call(
        () -> world.outbox.find(id, pages),
        candidates -> {
          busy |= dispatcher.found(pages, candidates, now);
          load();
        },
        this::databaseFails);
  }

  private void load() {
    List<Long> wanted = dispatcher.toLoad();
    if (wanted.isEmpty()) {
      send(0);
      return;
    }
    world.say(() -> "relay " + id + " loads " + wanted);
    session.call(
        () -> world.outbox.load(id, wanted, world.plan.limits.laneRows(), world.plan.bytesALoad),
        this::loaded,
        this::databaseFails);
  }

  private void loaded(List<LoadedRow> rows) {
    busy |= lanes.loaded(rows);
    send(0);
  }

  private void send(int route) {
    if (route == ROUTES.size()) {
      endTurn();
      return;
    }
    OutboxRow row = dispatcher.next(ROUTES.get(route), process.nanoTime());
    if (row == null) {
      if (dispatcher.inFlight() >= world.plan.limits.window()) {
        world.saw(Situation.WINDOW_FULL);
      }
      send(route + 1);
      return;
    }
    long checkedAt = world.timeline.now();
    process.then(() -> send(route, row, checkedAt));
  }

  private void send(int route, OutboxRow row, long checkedAt) {
    if (world.timeline.now() - checkedAt > world.plan.lease.toNanos()) {
      world.saw(Situation.RELAY_FROZEN_BETWEEN_CHECK_AND_WRITE);
    }
    if (link.send(ROUTES.get(route), row)) {
      busy = true;
      send(route);
    } else {
      send(route + 1);
    }
  }

  private void endTurn() {
    if (busy) {
      process.after(Plan.TURN, this::turn);
    } else {
      signal.await(pollInterval(), this::turn);
    }
  }

  private void databaseFails() {
    world.say(() -> "relay " + id + " gets no answer of the database");
    signal.await(pollInterval(), this::turn);
  }

  long pollInterval() {
    return world.plan.pollInterval;
  }

  // ---- the end

  /** Whether a relay that is stopped waits for a confirm. */
  boolean hasToWait() {
    return link.isOpen() && dispatcher.inFlight() > 0;
  }

  private void writeLastMarks() {
    List<Mark> written = dispatcher.marks();
    if (written.isEmpty()) {
      link.close();
      loopEnded();
      return;
    }
    world.invariants.marks(this, written);
    session.call(world.marks.write(id, written), applied -> closeAndEnd(), this::closeAndEnd);
  }

  private void closeAndEnd() {
    link.close();
    loopEnded();
  }

  private void loopEnded() {
    if (!loopEnded) {
      loopEnded = true;
      keeper.stop();
      process.after(world.plan.confirmTimeout + 2 * Timeline.SECOND, this::keeperEnded);
    }
  }

  void keeperEnded() {
    if (!keeperEnded) {
      keeperEnded = true;
      keeper.resign();
    }
  }

  private void died() {
    world.say(() -> "relay " + id + " is gone");
    link.close();
  }

  // ---- what the invariants ask

  long nextTicket() {
    return ++tickets;
  }

  void toldOfConfirm(long ticket) {
    highestConfirmed = Math.max(highestConfirmed, ticket);
  }

  boolean knowsOfConfirmAfter(long ticket) {
    return highestConfirmed > ticket;
  }
}
