package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.Dispatcher;
import io.reliableoutbox.relay.core.NamedAggregate;
import io.reliableoutbox.relay.core.Outcomes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** As {@code Relay}: the real core in a shell of simulated loop, feed, link and keeper. */
class SimulatedRelay {
  final VirtualProcess process;
  final Dispatcher dispatcher;
  final SimulatedLink link;
  final SimulatedKeeper keeper;
  final SimulatedFeed feed;
  final SimulatedErrand reading;
  final SimulatedErrand marking;
  final SimulatedLoop loop;
  private final World world;
  private final int id;
  private final Session session;
  private final Session markingSession;
  private final VirtualSignal signal;
  private boolean loopEnded;
  private boolean keeperEnded;
  private long tickets;
  private long highestConfirmed;
  private final Map<List<Object>, Letter> sent = new HashMap<>();

  SimulatedRelay(World world, int id) {
    this.world = world;
    this.id = id;
    process = new VirtualProcess(world, this::died);
    dispatcher =
        new Dispatcher(world.plan.limits, world.plan.retryPolicy(world.dice), Outcomes.IGNORED);
    session = new Session(world, process);
    markingSession = new Session(world, process);
    signal = new VirtualSignal(process);
    link = world.variant.link(world, this);
    keeper = new SimulatedKeeper(world, this);
    reading = new SimulatedErrand(this);
    marking = new SimulatedErrand(this);
    feed = new SimulatedFeed(world, this, session, reading);
    loop = world.variant.loop(world, this);
  }

  int id() {
    return id;
  }

  /** Of what it reads. */
  Session session() {
    return session;
  }

  Session markingSession() {
    return markingSession;
  }

  long pollInterval() {
    return world.variant.pollInterval(world);
  }

  void start() {
    process.after(0, loop::turn);
    process.after(0, keeper::keep);
  }

  // ---- signals

  void wake() {
    signal.raise();
  }

  void await(long atMost, Consumer<Boolean> then) {
    signal.await(atMost, then);
  }

  /** Hint of a writer. */
  void hint(List<NamedAggregate> names) {
    feed.hint(names);
    wake();
  }

  /** Hint of an operator. */
  void hintSweep() {
    feed.hintSweep();
    wake();
  }

  /** Hint of a relay that gave buckets up. */
  void hintReleased() {
    keeper.wake();
    wake();
  }

  // ---- the end

  /** Waits for the last confirms and marks, but not for ever. */
  void stop() {
    if (!isServing()) {
      return;
    }
    world.saw(Situation.RELAY_STOPPED_GRACEFULLY);
    if (dispatcher.inFlight() > 0) {
      world.saw(Situation.RELAY_STOPPED_WITH_MESSAGES_IN_FLIGHT);
    }
    world.say(() -> "relay " + id + " is stopped");
    world.publishing.changed();
    loop.stop();
    process.after(world.plan.confirmTimeout + 2 * Timeline.SECOND, this::loopEnded);
  }

  void loopEnded() {
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

  /** Whether it lives and is not about to stop. */
  boolean isServing() {
    return process.isAlive() && !loop.isStopped();
  }

  // ---- what the invariants ask

  long nextTicket() {
    return ++tickets;
  }

  /** The letter of the same row that was sent last; from now on this one. */
  @Nullable Letter sentBefore(Letter letter) {
    return sent.put(List.of(letter.event.id, letter.copy), letter);
  }

  void toldOfConfirm(long ticket) {
    highestConfirmed = Math.max(highestConfirmed, ticket);
  }

  boolean knowsOfConfirmAfter(long ticket) {
    return highestConfirmed > ticket;
  }
}
