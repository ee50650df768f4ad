package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.Dispatcher;
import io.reliableoutbox.relay.core.Leases;
import io.reliableoutbox.relay.core.OutboxRow;
import io.reliableoutbox.relay.core.Route;
import java.util.List;
import java.util.stream.Collectors;

/**
 * As {@code RelayLoop}: what a turn does, in its order. Each step is written as the next one's
 * caller, so that the relay can be interrupted between any two.
 */
class SimulatedLoop {
  static final List<Route> ROUTES = List.of(Route.values());
  final SimulatedRelay relay;
  final Dispatcher dispatcher;
  private final World world;
  private final SimulatedMarkWriter marks;
  private boolean stopped;
  private long lastConfirmBy;
  private boolean lastMarksBegun;
  private boolean sent;
  private int fruitlessTurns;

  SimulatedLoop(World world, SimulatedRelay relay) {
    this.world = world;
    this.relay = relay;
    this.dispatcher = relay.dispatcher;
    this.marks = markWriter(world, relay);
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
      writeLast();
      return;
    }
    sent = false;
    world.say(
        () ->
            +relay.id()
                + " turn stopped="
                + stopped
                + " blocks="
                + dispatcher.blocks()
                + " marks="
                + dispatcher.marks().size()
                + " infl="
                + dispatcher.inFlight());
    Leases leases = relay.keeper.leases();
    dispatcher.leases(leases);
    relay.link.takeAnswers();
    if (!relay.reading.finish()) {
      relay.feed.hintSweep();
      databaseFails();
      return;
    }
    if (!relay.marking.finish()) {
      databaseFails();
      return;
    }
    relay.process.then(() -> begin(leases));
  }

  private void begin(Leases leases) {
    boolean ready = !stopped && relay.link.isReady();
    marks.write(!ready);
    relay.keeper.quiet(
        leases.releasing().stream().filter(this::isQuiet).collect(Collectors.toSet()));
    if (!ready) {
      rest();
      return;
    }
    if (dispatcher.intake().needsRows() && relay.feed.refill()) {
      fruitlessTurns++;
    }
    send(0);
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
      sent = true;
      send(route);
    } else {
      send(route + 1);
    }
  }

  private void rest() {
    fruitlessTurns = sent ? 0 : fruitlessTurns;
    world.progress.isBusy(relay, fruitlessTurns * Plan.TURN);
    if (sent) {
      relay.process.after(Plan.TURN, this::turn);
    } else {
      relay.await(
          stopped || dispatcher.hasMarks() ? SimulatedMarkWriter.DELAY : relay.pollInterval(),
          raised -> {
            fruitlessTurns = raised ? fruitlessTurns : 0;
            turn();
          });
    }
  }

  private void databaseFails() {
    world.say(() -> "relay " + relay.id() + " gets no answer of the database");
    relay.await(relay.pollInterval(), raised -> turn());
  }

  // What is under way is waited for; what fails is sent again by somebody.
  private void writeLast() {
    if (!relay.marking.isFree()) {
      relay.marking.finish();
      relay.await(SimulatedMarkWriter.DELAY, raised -> writeLast());
    } else if (lastMarksBegun || !dispatcher.hasMarks()) {
      end();
    } else {
      lastMarksBegun = true;
      marks.mark();
      relay.await(SimulatedMarkWriter.DELAY, raised -> writeLast());
    }
  }

  private void end() {
    relay.link.close();
    relay.loopEnded();
  }

  SimulatedMarkWriter markWriter(World inWorld, SimulatedRelay ofRelay) {
    return new SimulatedMarkWriter(inWorld, ofRelay);
  }

  /** Whether a relay that is stopped waits for a confirm. */
  boolean hasToWait() {
    return relay.link.isOpen()
        && dispatcher.inFlight() > 0
        && relay.process.nanoTime() - lastConfirmBy < 0;
  }

  boolean isQuiet(int bucket) {
    return dispatcher.isQuiet(bucket);
  }
}
