package io.reliableoutbox.relay.simulation;

/** What must hold of the messages that the queues take. */
final class PublishingRules {
  private static final long HURRY = 100 * Timeline.MILLI;
  private final World world;
  private long idleSince;

  PublishingRules(World world) {
    this.world = world;
  }

  /** Relays came or went, or a bucket did. */
  void changed() {
    idleSince = world.timeline.now();
  }

  /** The queues take a message. */
  void taken(Letter letter) {
    Event event = letter.event;
    letter.taken = true;
    letter.takenAt = world.timeline.now();
    if (world.database.leases.get(event.aggregate.bucket).owner != letter.relay) {
      world.saw(Situation.LATE_MESSAGE_OF_A_FORMER_OWNER);
    }
    if (letter.copy) {
      event.copies++;
      return;
    }
    if (world.plan.calm) {
      requireSoon(event);
    }
    if (event.isPlaced()) {
      world.saw(Situation.PUBLISHED_TWICE);
      Rule.ONCE.require(!world.plan.calm, () -> letter + " is published twice without a fault");
    } else {
      requireOrder(event, " is published after ");
    }
    count(letter, 1);
  }

  // Without a hint it takes a poll. What was committed late is found after as many ticks again.
  private void requireSoon(Event event) {
    long now = world.timeline.now();
    long age = event.committedAt - event.insertedAt;
    long idle = now - Math.max(idleSince, event.committedAt);
    long poll = world.plan.pollInterval + HURRY;
    idleSince = now;
    Rule.SOON.require(
        idle <= 2 * (age / SimulatedFeed.TICK + 1) * poll + 2 * world.plan.wire,
        () ->
            "%s was committed %d ms after its insert and found %d ms later"
                .formatted(event, age / Timeline.MILLI, idle / Timeline.MILLI));
  }

  /** A crash of the broker loses a message that it has not confirmed. */
  void lost(Letter letter) {
    world.saw(Situation.ACCEPTED_AND_LOST);
    world.say(() -> "broker loses " + letter);
    count(letter, -1);
    if (!letter.event.isPlaced()) {
      requireOrder(letter.event, " is lost, and not its successor ");
    }
  }

  private static void count(Letter letter, int by) {
    if (letter.copy) {
      letter.event.copies += by;
    } else if (letter.tombstone) {
      letter.event.tombstones += by;
    } else {
      letter.event.messages += by;
    }
  }

  private void requireOrder(Event event, String broken) {
    if (!event.aggregate.locking || event.skipped) {
      return;
    }
    for (Event later : event.aggregate.events) {
      Rule.ORDER.require(
          later.position <= event.position || !later.isPlaced(), () -> event + broken + later);
    }
  }
}
