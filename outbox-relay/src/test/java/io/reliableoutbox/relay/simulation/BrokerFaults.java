package io.reliableoutbox.relay.simulation;

import java.util.List;

/** What goes wrong at the broker, and on the way there. */
final class BrokerFaults {
  private final World world;
  private final Dice dice;

  BrokerFaults(World world) {
    this.world = world;
    this.dice = world.dice;
  }

  List<Runnable> kinds() {
    return List.of(
        this::crash,
        this::connectionCut,
        this::channelClosed,
        this::unbound,
        this::queueFull,
        this::blocked,
        this::silent);
  }

  private void crash() {
    world.saw(Situation.BROKER_CRASHED);
    world.say(() -> "broker crashes");
    world.broker.crash();
    world.faults.later(world.broker::start);
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
      connection.channel(dice.oneOf(SimulatedLoop.ROUTES)).die(false);
    }
  }

  private void unbound() {
    world.saw(Situation.EXCHANGE_UNBOUND);
    world.say(() -> "bindings gone");
    world.broker.bound(false);
    world.faults.later(() -> world.broker.bound(true));
  }

  private void queueFull() {
    world.saw(Situation.QUEUE_FULL);
    world.say(() -> "queue full");
    world.broker.full(true);
    world.faults.later(() -> world.broker.full(false));
  }

  private void blocked() {
    world.saw(Situation.BROKER_BLOCKED);
    world.say(() -> "broker blocks publishers");
    world.broker.blocked(true);
    world.faults.later(() -> world.broker.blocked(false));
  }

  private void silent() {
    world.saw(Situation.BROKER_SILENT);
    world.say(() -> "broker silent");
    world.broker.silent(world.faults.aWhile());
  }
}
