package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.Route;
import java.util.ArrayList;
import java.util.List;

/** A connection with its two channels, as {@code Generation}. */
final class ModelConnection {
  private final World world;
  private final SimulatedRelay relay;
  private final ModelChannel pipeline;
  private ModelChannel alone;

  ModelConnection(World world, SimulatedRelay relay) {
    this.world = world;
    this.relay = relay;
    this.pipeline = new ModelChannel(world, this);
    this.alone = new ModelChannel(world, this);
  }

  SimulatedRelay relay() {
    return relay;
  }

  ModelChannel channel(Route route) {
    return route == Route.PIPELINE ? pipeline : alone;
  }

  /** Opens a new channel for single messages. */
  void reopen() {
    alone = new ModelChannel(world, this);
  }

  boolean isOpen() {
    return pipeline.isOpen();
  }

  boolean isBlocked() {
    return world.broker.isBlocked();
  }

  /** Ends, from whichever side; what is on the wire may arrive all the same. */
  void die() {
    pipeline.die(false);
    alone.die(false);
  }

  List<Letter> unconfirmed() {
    List<Letter> unconfirmed = new ArrayList<>(pipeline.unconfirmed());
    unconfirmed.addAll(alone.unconfirmed());
    return unconfirmed;
  }

  void wake() {
    relay.wake();
  }
}
