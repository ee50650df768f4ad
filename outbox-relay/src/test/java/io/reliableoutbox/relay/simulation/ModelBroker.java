package io.reliableoutbox.relay.simulation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The broker: takes messages into its queues, refuses them, or isn't there. */
final class ModelBroker {
  private final World world;
  private final List<ModelConnection> connections = new ArrayList<>();
  private boolean up = true;
  private boolean bound = true;
  private boolean full;
  private boolean blocked;
  private long silentUntil;

  ModelBroker(World world) {
    this.world = world;
  }

  /** A new connection of a relay, or null. */
  @Nullable ModelConnection connect(SimulatedRelay relay) {
    if (!up) {
      return null;
    }
    ModelConnection connection = new ModelConnection(world, relay);
    connections.removeIf(old -> !old.isOpen());
    connections.add(connection);
    return connection;
  }

  List<ModelConnection> connections() {
    return connections;
  }

  /** All connections die; of what was taken and not confirmed, something is lost. */
  void crash() {
    up = false;
    for (ModelConnection connection : List.copyOf(connections)) {
      connection.unconfirmed().forEach(this::mayBeLost);
      connection.die();
    }
  }

  private void mayBeLost(Letter letter) {
    if (world.dice.chance(0.5)) {
      world.publishing.lost(letter);
    }
  }

  void start() {
    up = true;
  }

  void bound(boolean now) {
    bound = now;
  }

  void full(boolean now) {
    full = now;
  }

  /** A memory or disk alarm: nothing is read from the connections. */
  void blocked(boolean now) {
    blocked = now;
    connections.forEach(ModelConnection::wake);
  }

  boolean isBlocked() {
    return blocked;
  }

  /** It goes on taking messages, and says nothing. */
  void silent(long time) {
    silentUntil = world.timeline.now() + time;
  }

  long silentFor() {
    return Math.max(0, silentUntil - world.timeline.now());
  }

  /** What becomes of a message that arrived. */
  Outcome take(Letter letter) {
    Event.Poison poison = letter.tombstone ? Event.Poison.NONE : letter.event.poison;
    if (poison == Event.Poison.CLOSES_THE_CHANNEL) {
      return Outcome.CHANNEL_CLOSED;
    }
    if (poison == Event.Poison.FORBIDDEN) {
      return Outcome.FORBIDDEN;
    }
    if (!bound || poison == Event.Poison.RETURNED) {
      return Outcome.RETURNED;
    }
    if (full || poison == Event.Poison.NACKED || world.faults.refuses()) {
      return Outcome.NACKED;
    }
    world.publishing.taken(letter);
    return Outcome.TAKEN;
  }

  /** What the broker did with a message. */
  enum Outcome {
    TAKEN,
    NACKED,

    /** No queue took it; its ack comes all the same. */
    RETURNED,
    CHANNEL_CLOSED,

    /** It may not be written, and the channel is closed. */
    FORBIDDEN
  }
}
