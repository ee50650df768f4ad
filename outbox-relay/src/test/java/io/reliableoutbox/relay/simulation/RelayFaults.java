package io.reliableoutbox.relay.simulation;

import java.util.List;

/** What happens to the relays themselves. */
final class RelayFaults {
  private final World world;
  private final Dice dice;

  RelayFaults(World world) {
    this.world = world;
    this.dice = world.dice;
  }

  List<Runnable> kinds() {
    return List.of(this::crash, this::freeze, this::stop, this::join);
  }

  private void crash() {
    world.faults.toARelay(relay -> kill(relay.process));
  }

  void kill(VirtualProcess process) {
    if (process.isAlive()) {
      world.saw(Situation.RELAY_CRASHED);
      process.die();
      world.faults.later(world::join);
    }
  }

  private void freeze() {
    world.faults.toARelay(relay -> freeze(relay.process));
  }

  void freeze(VirtualProcess process) {
    long lease = world.plan.lease.toNanos();
    long time = dice.chance(0.5) ? dice.between(lease, 2 * lease) : dice.mostlyShort(lease);
    world.saw(Situation.RELAY_FROZEN);
    if (time >= lease) {
      world.saw(Situation.RELAY_FROZEN_PAST_ITS_LEASE);
    }
    world.say(() -> "a relay freezes for " + time / Timeline.MILLI + " ms");
    process.freeze(time);
  }

  void stop() {
    world.faults.toARelay(
        relay -> {
          relay.stop();
          world.faults.later(world::join);
        });
  }

  void join() {
    world.saw(Situation.RELAY_JOINED);
    world.join();
  }
}
