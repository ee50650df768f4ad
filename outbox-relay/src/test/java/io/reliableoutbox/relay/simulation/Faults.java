package io.reliableoutbox.relay.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What goes wrong, when, and for how long; nothing any more once they are over. */
final class Faults {
  private final World world;
  private final Dice dice;
  private final Plan plan;
  private final RelayFaults relays;
  private boolean over;

  Faults(World world) {
    this.world = world;
    this.dice = world.dice;
    this.plan = world.plan;
    this.relays = new RelayFaults(world);
  }

  void plan() {
    List<Runnable> kinds = new ArrayList<>(relays.kinds());
    kinds.addAll(new BrokerFaults(world).kinds());
    kinds.addAll(new DatabaseFaults(world).kinds());
    for (int n = 0; n < plan.faults; n++) {
      world.timeline.at(dice.between(0, plan.healedAt), dice.oneOf(kinds));
    }
    if (plan.calm) {
      world.saw(Situation.CALM_SCHEDULE);
      world.timeline.at(dice.between(0, plan.healedAt), relays::stop);
      world.timeline.at(dice.between(0, plan.healedAt), relays::join);
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
      relays.freeze(process);
    }
    if (dice.chance(plan.crash)) {
      relays.kill(process);
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

  void toARelay(Consumer<SimulatedRelay> what) {
    List<SimulatedRelay> alive =
        world.relays().stream().filter(relay -> relay.process.isAlive()).toList();
    if (!alive.isEmpty()) {
      what.accept(dice.oneOf(alive));
    }
  }

  /** Heals something, or brings something back. */
  void later(Runnable what) {
    world.timeline.after(aWhile(), what);
  }

  long aWhile() {
    return dice.mostlyShort(3 * plan.lease.toNanos());
  }
}
