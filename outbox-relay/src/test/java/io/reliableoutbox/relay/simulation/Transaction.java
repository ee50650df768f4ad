package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.NamedAggregate;
import java.util.ArrayList;
import java.util.List;

/** A writer's transaction. Positions are drawn at the insert, rows are seen after the commit. */
final class Transaction {
  private final World world;
  private final ModelDatabase database;
  private final List<Event> inserted = new ArrayList<>();
  private final List<Aggregate> locks = new ArrayList<>();
  private final String id;
  private boolean open = true;

  Transaction(World world) {
    this.world = world;
    this.database = world.database;
    this.id = database.began(this);
  }

  boolean hasInserted() {
    return !inserted.isEmpty();
  }

  String id() {
    return id;
  }

  boolean isOpen() {
    return open;
  }

  /** Inserts, unless another transaction holds the aggregate's lock. */
  void insert(Aggregate aggregate, Event.Poison poison) {
    if (aggregate.locking && !locks.contains(aggregate)) {
      if (aggregate.locked) {
        return;
      }
      aggregate.locked = true;
      locks.add(aggregate);
    }
    int bytes = world.dice.between(10, 100);
    Event event = new Event(database.drawPosition(), aggregate, bytes, poison);
    event.insertedAt = world.timeline.now();
    inserted.add(event);
    database.insert(event.row);
    world.say(() -> "insert " + event + " key " + aggregate.key + " " + poison);
  }

  void commit() {
    for (Event event : inserted) {
      event.invisible = false;
      event.committedAt = world.timeline.now();
      event.aggregate.events.add(event);
      database.events.add(event);
      look(event);
    }
    database.flushed();
    world.say(() -> "commit " + inserted);
    end();
  }

  /** What a writer that names its aggregates says after the commit. */
  List<NamedAggregate> hints() {
    return inserted.stream()
        .map(event -> new NamedAggregate(event.aggregate.bucket, event.aggregate.key))
        .distinct()
        .toList();
  }

  private void look(Event event) {
    for (Row other : database.ofBucket(event.aggregate.bucket)) {
      if (other.event.position > event.position && other.event.isPlaced()) {
        world.saw(Situation.LATE_COMMIT);
      }
    }
    for (Row other : database.ofKey(event.aggregate.key)) {
      if (!other.event.aggregate.equals(event.aggregate)) {
        world.saw(Situation.HASH_COLLISION);
      }
    }
  }

  void rollBack() {
    for (Event event : inserted) {
      database.remove(event.row);
      world.saw(Situation.ROLLBACK_GAP);
    }
    world.say(() -> "rollback " + inserted);
    end();
  }

  private void end() {
    open = false;
    locks.forEach(aggregate -> aggregate.locked = false);
    database.ended(this);
  }
}
