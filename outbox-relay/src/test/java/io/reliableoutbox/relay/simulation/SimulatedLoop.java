package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.Block;
import io.reliableoutbox.relay.core.Dispatcher;
import io.reliableoutbox.relay.core.Leases;
import io.reliableoutbox.relay.core.Mark;
import io.reliableoutbox.relay.core.OutboxRow;
import io.reliableoutbox.relay.core.Route;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * As {@code RelayLoop} and {@code MarkWriter}: what a turn does, in its order. Each step is written
 * as the next one's caller, so that the relay can be interrupted between any two.
 */
class SimulatedLoop {
  static final List<Route> ROUTES = List.of(Route.values());
  private static final long MARK_DELAY = 10 * Timeline.MILLI;
  private static final int BLOCKED_A_TURN = 3;
  private static final int BLOCKS_A_TURN = 2;
  final SimulatedRelay relay;
  final Dispatcher dispatcher;
  private final World world;
  private final Session session;
  private boolean stopped;
  private long lastConfirmBy;
  private boolean quiet;
  private boolean busy;
  private boolean sent;
  private int fruitlessTurns;

  SimulatedLoop(World world, SimulatedRelay relay) {
    this.world = world;
    this.relay = relay;
    this.dispatcher = relay.dispatcher;
    this.session = relay.session();
  }

  void stop() {
    lastConfirmBy = relay.process.nanoTime() + world.plan.confirmTimeout;
    stopped = true;
    relay.wake();
  }

  boolean isStopped() {
    return stopped;
  }

  void turn() {
    if (stopped && !hasToWait()) {
      writeMarks(this::end, this::end);
      return;
    }
    busy = false;
    sent = false;
    Leases leases = relay.keeper.leases();
    dispatcher.leases(leases);
    relay.link.takeAnswers();
    relay.process.then(() -> look(leases));
  }

  private void look(Leases leases) {
    boolean ready = !stopped && relay.link.isReady();
    boolean refill = ready && needsRows(leases);
    if (refill || !ready || quiet || dispatcher.hasManyMarks()) {
      quiet = false;
      markFirst(leases, () -> refill(ready, refill));
    } else {
      refill(ready, refill);
    }
  }

  // Before anything is loaded: a row that is acked but not marked would look unsettled.
  void markFirst(Leases leases, Runnable then) {
    writeMarks(() -> block(blocks().iterator(), leases, then), this::databaseFails);
  }

  private void writeMarks(Runnable then, Runnable failed) {
    List<Mark> written = dispatcher.marks();
    if (written.isEmpty()) {
      then.run();
      return;
    }
    world.marking.marks(relay, written);
    List<Mark> refused = written.stream().filter(m -> !(m instanceof Mark.Published)).toList();
    List<Mark> published = written.stream().filter(m -> m instanceof Mark.Published).toList();
    Runnable done =
        () -> {
          dispatcher.marked(written);
          then.run();
        };
    write(published, () -> write(refused, done, failed), failed);
  }

  private void write(List<Mark> marks, Runnable then, Runnable failed) {
    if (marks.isEmpty()) {
      then.run();
    } else {
      session.call(world.marks.write(relay.id(), marks), applied -> then.run(), failed);
    }
  }

  private List<Block> blocks() {
    return dispatcher.blocks().stream().limit(BLOCKS_A_TURN).toList();
  }

  private void block(Iterator<Block> blocks, Leases leases, Runnable then) {
    if (!blocks.hasNext()) {
      relay.keeper.quiet(
          leases.releasing().stream().filter(this::isQuiet).collect(Collectors.toSet()));
      then.run();
      return;
    }
    Block block = blocks.next();
    session.call(
        world.marks.block(relay.id(), block, BLOCKED_A_TURN),
        blocked -> {
          if (blocked < BLOCKED_A_TURN) {
            dispatcher.blocked(block);
          }
          block(blocks, leases, then);
        },
        this::databaseFails);
  }

  private void refill(boolean ready, boolean refill) {
    if (refill) {
      relay.feed.refill(
          found -> {
            busy |= found;
            send(0);
          },
          this::databaseFails);
    } else if (ready) {
      send(0);
    } else {
      rest();
    }
  }

  private void send(int route) {
    if (route == ROUTES.size()) {
      rest();
      return;
    }
    OutboxRow row = dispatcher.next(ROUTES.get(route), relay.process.nanoTime());
    if (row == null) {
      if (dispatcher.inFlight() >= world.plan.limits.window()) {
        world.saw(Situation.WINDOW_FULL);
      }
      send(route + 1);
      return;
    }
    // A relay may freeze here, between its check and its write.
    long checkedAt = world.timeline.now();
    relay.process.then(() -> send(route, row, checkedAt));
  }

  private void send(int route, OutboxRow row, long checkedAt) {
    if (world.timeline.now() - checkedAt > world.plan.lease.toNanos()) {
      world.saw(Situation.RELAY_FROZEN_BETWEEN_CHECK_AND_WRITE);
    }
    if (relay.link.send(ROUTES.get(route), row)) {
      busy = true;
      sent = true;
      send(route);
    } else {
      send(route + 1);
    }
  }

  private void rest() {
    fruitlessTurns = busy && !sent ? fruitlessTurns + 1 : 0;
    world.progress.isBusy(relay, fruitlessTurns * Plan.TURN);
    if (busy) {
      relay.process.after(Plan.TURN, this::turn);
    } else {
      relay.await(
          stopped || dispatcher.hasMarks() ? MARK_DELAY : relay.pollInterval(),
          raised -> {
            quiet = !raised;
            turn();
          });
    }
  }

  private void databaseFails() {
    world.say(() -> "relay " + relay.id() + " gets no answer of the database");
    relay.feed.hintSweep();
    relay.await(relay.pollInterval(), raised -> turn());
  }

  private void end() {
    relay.link.close();
    relay.loopEnded();
  }

  /** Whether a relay that is stopped waits for a confirm. */
  boolean hasToWait() {
    return relay.link.isOpen()
        && dispatcher.inFlight() > 0
        && relay.process.nanoTime() - lastConfirmBy < 0;
  }

  boolean needsRows(Leases leases) {
    return dispatcher.needsRows();
  }

  boolean isQuiet(int bucket) {
    return dispatcher.isQuiet(bucket);
  }
}
