package io.reliableoutbox.relay.simulation;

import java.util.List;
import java.util.function.Consumer;

/** What goes wrong, when, and for how long; nothing any more once they are over. */
final class Faults {
  private final World world;
  private final Dice dice;
  private final Plan plan;
  private final List<Runnable> kinds =
      List.of(
          this::brokerCrash,
          this::connectionCut,
          this::channelClosed,
          this::unbound,
          this::queueFull,
          this::brokerBlocked,
          this::brokerSilent,
          this::databaseDown,
          this::databaseCrash,
          this::databaseCutOff,
          this::clockJump,
          this::relayCrash,
          this::relayFreeze,
          this::relayStop,
          this::relayJoin);
  private boolean over;

  Faults(World world) {
    this.world = world;
    this.dice = world.dice;
    this.plan = world.plan;
  }

  void plan() {
    for (int n = 0; n < plan.faults; n++) {
      world.timeline.at(dice.between(0, plan.healedAt), dice.oneOf(kinds));
    }
    if (plan.calm) {
      world.saw(Situation.CALM_SCHEDULE);
      world.timeline.at(dice.between(0, plan.healedAt), this::relayStop);
      world.timeline.at(dice.between(0, plan.healedAt), this::relayJoin);
    }
    world.timeline.at(plan.healedAt, this::heal);
  }

  boolean areOver() {
    return over;
  }

  /** A process may be frozen, or die, between any two steps. */
  void atStep(VirtualProcess process) {
    if (over) {
      return;
    }
    if (dice.chance(plan.freeze)) {
      freeze(process);
    }
    if (dice.chance(plan.crash)) {
      kill(process);
    }
  }

  boolean losesAnswer() {
    return !over && dice.chance(plan.lostAnswer);
  }

  boolean slows(Statement<?> statement) {
    return !over && dice.chance(statement.slowness(plan));
  }

  boolean delaysAnswer() {
    return !over && dice.chance(plan.hang);
  }

  /** Whether the broker refuses just this message. */
  boolean refuses() {
    return !over && dice.chance(plan.singleNack);
  }

  private void heal() {
    over = true;
    world.say(() -> "faults are over");
    world.broker.start();
    world.broker.bound(true);
    world.broker.full(false);
    world.broker.blocked(false);
    world.broker.silent(0);
    world.database.up(true);
    if (world.relays().stream().noneMatch(SimulatedRelay::isServing)) {
      world.join();
    }
  }

  // ---- broker

  private void brokerCrash() {
    world.saw(Situation.BROKER_CRASHED);
    world.say(() -> "broker crashes");
    world.broker.crash();
    later(world.broker::start);
  }

  private void connectionCut() {
    if (!world.broker.connections().isEmpty()) {
      world.saw(Situation.CONNECTION_CUT);
      world.say(() -> "connection cut");
      dice.oneOf(world.broker.connections()).die();
    }
  }

  private void channelClosed() {
    if (!world.broker.connections().isEmpty()) {
      world.saw(Situation.CHANNEL_CLOSED);
      world.say(() -> "channel closed");
      ModelConnection connection = dice.oneOf(world.broker.connections());
      connection.channel(dice.oneOf(SimulatedRelay.ROUTES)).die(false);
    }
  }

  private void unbound() {
    world.saw(Situation.EXCHANGE_UNBOUND);
    world.say(() -> "bindings gone");
    world.broker.bound(false);
    later(() -> world.broker.bound(true));
  }

  private void queueFull() {
    world.saw(Situation.QUEUE_FULL);
    world.say(() -> "queue full");
    world.broker.full(true);
    later(() -> world.broker.full(false));
  }

  private void brokerBlocked() {
    world.saw(Situation.BROKER_BLOCKED);
    world.say(() -> "broker blocks publishers");
    world.broker.blocked(true);
    later(() -> world.broker.blocked(false));
  }

  private void brokerSilent() {
    world.saw(Situation.BROKER_SILENT);
    world.say(() -> "broker silent");
    world.broker.silent(aWhile());
  }

  // ---- database

  private void databaseDown() {
    world.saw(Situation.DATABASE_DOWN);
    world.say(() -> "database down");
    world.database.up(false);
    later(() -> world.database.up(true));
  }

  private void databaseCrash() {
    world.saw(Situation.DATABASE_CRASHED);
    world.database.crash();
    databaseDown();
  }

  private void databaseCutOff() {
    toARelay(
        relay -> {
          world.saw(Situation.DATABASE_UNREACHABLE_FOR_ONE_RELAY);
          world.say(() -> "relay " + relay.id() + " can't reach the database");
          long time = aWhile();
          relay.session().cutOff(time);
          if (dice.chance(0.5)) {
            relay.keeper.session().cutOff(time);
          }
        });
  }

  private void clockJump() {
    world.saw(Situation.DATABASE_CLOCK_JUMPED);
    world.say(() -> "database clock jumps");
    world.database.jumpClock(dice.between(-2 * Timeline.SECOND, 5 * Timeline.SECOND));
  }

  // ---- relays

  private void relayCrash() {
    toARelay(relay -> kill(relay.process));
  }

  private void kill(VirtualProcess process) {
    if (process.isAlive()) {
      world.saw(Situation.RELAY_CRASHED);
      process.die();
      later(world::join);
    }
  }

  private void relayFreeze() {
    toARelay(relay -> freeze(relay.process));
  }

  private void freeze(VirtualProcess process) {
    long lease = plan.lease.toNanos();
    long time = dice.chance(0.5) ? dice.between(lease, 2 * lease) : dice.mostlyShort(lease);
    world.saw(Situation.RELAY_FROZEN);
    if (time >= lease) {
      world.saw(Situation.RELAY_FROZEN_PAST_ITS_LEASE);
    }
    world.say(() -> "a relay freezes for " + time / Timeline.MILLI + " ms");
    process.freeze(time);
  }

  private void relayStop() {
    toARelay(
        relay -> {
          relay.stop();
          later(world::join);
        });
  }

  private void relayJoin() {
    world.saw(Situation.RELAY_JOINED);
    world.join();
  }

  private void toARelay(Consumer<SimulatedRelay> what) {
    List<SimulatedRelay> alive =
        world.relays().stream().filter(relay -> relay.process.isAlive()).toList();
    if (!alive.isEmpty()) {
      what.accept(dice.oneOf(alive));
    }
  }

  private void later(Runnable what) {
    world.timeline.after(aWhile(), what);
  }

  private long aWhile() {
    return dice.mostlyShort(3 * plan.lease.toNanos());
  }
}
