package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.Mark;
import java.util.List;
import java.util.function.Supplier;

/** What must hold after each step; looks where something happens, from outside of the relay. */
final class Invariants {
  private static final long HURRY = 200 * Timeline.MILLI;
  private final World world;
  private long idleSince;

  Invariants(World world) {
    this.world = world;
  }

  void committed(Event event) {
    Aggregate aggregate = event.aggregate;
    for (Row other : world.database.ofBucket(aggregate.bucket)) {
      if (other.event.position > event.position && other.event.isPlaced()) {
        world.saw(Situation.LATE_COMMIT);
      }
    }
    for (Row other : world.database.ofKey(aggregate.key)) {
      if (!other.event.aggregate.equals(aggregate)) {
        world.saw(Situation.HASH_COLLISION);
      }
    }
  }

  /** Relays came or went, or a bucket did. */
  void changed() {
    idleSince = world.timeline.now();
  }

  // ---- at the broker

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
      require(!world.plan.calm, Rule.ONCE, () -> letter + " is published twice without a fault");
    } else {
      requireOrder(event, " is published after ");
    }
    count(letter, 1);
  }

  // Without a hint it takes a poll; what was committed late is found within twice its age.
  private void requireSoon(Event event) {
    long now = world.timeline.now();
    long age = event.committedAt - event.insertedAt;
    long idle = now - Math.max(idleSince, event.committedAt);
    idleSince = now;
    require(
        idle <= 2 * age + 2 * world.plan.pollInterval + 2 * world.plan.wire + HURRY,
        Rule.SOON,
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
      require(
          later.position <= event.position || !later.isPlaced(),
          Rule.ORDER,
          () -> event + broken + later);
    }
  }

  // ---- at the relay and the database

  /** A relay is about to write marks. */
  void marks(SimulatedRelay relay, List<Mark> marks) {
    for (Mark mark : marks) {
      Letter letter = (Letter) mark.row().message();
      if (mark instanceof Mark.Published) {
        require(
            letter.acked && letter.taken && !letter.returned,
            Rule.OWN_ACK,
            () -> letter + " is to be marked published without its own ack");
      } else {
        boolean alone =
            (letter.refused || letter.returned) && relay.knowsOfConfirmAfter(letter.ticket);
        require(
            alone || letter.event.poison == Event.Poison.CLOSES_THE_CHANNEL,
            Rule.ATTEMPT,
            () -> "an attempt is spent on " + letter + ", which was not refused alone");
      }
    }
  }

  /** A mark is applied. */
  void marked(int relay, Mark mark, Row row) {
    Lease lease = world.database.leases.get(mark.row().bucket());
    require(
        lease.epoch == mark.epoch() && (lease.owner == relay || lease.owner == Lease.NOBODY),
        Rule.FENCE,
        () -> "relay " + relay + " marks " + row + ", whose bucket it has lost");
    if (mark instanceof Mark.Retry) {
      world.saw(Situation.RETRY);
    } else if (mark instanceof Mark.Park) {
      world.saw(Situation.PARKED);
    } else if (row.copy) {
      world.saw(Situation.COPY_PUBLISHED);
      // Asked for again while the mark of the one before was on its way: docs/simulation.md.
      if (((Letter) mark.row().message()).takenAt < row.askedAt) {
        world.saw(Situation.COPY_COUNTED_FOR_A_LATER_REQUEST);
      }
    }
  }

  /** Retention removes a row. */
  void removed(Event event) {
    requireOut(event);
  }

  // ---- once faults are over

  /** Whether every row has come to its end, or stands behind one that can't. */
  boolean areAllSettled() {
    for (Event event : world.database.events) {
      if (!isSettled(event.row) || (event.copy != null && !isSettled(event.copy))) {
        return false;
      }
    }
    return world.database.isQuiet();
  }

  private boolean isSettled(Row row) {
    if (row.removed || row.state.isSettled()) {
      return true;
    }
    Row first = firstUnsettled(row);
    return first.event.poison != Event.Poison.NONE
        && switch (row.state) {
          case PARKED -> true;
          case BLOCKED -> world.operations.isBehindParked(row);
          // Refused, but never beside something that is taken, it counts as an outage for ever.
          default ->
              first.state != State.PARKED && first.event.poison != Event.Poison.CLOSES_THE_CHANNEL;
        };
  }

  private Row firstUnsettled(Row row) {
    return world.database.ofKey(row.key).stream()
        .filter(other -> other.isVisible() && !other.state.isSettled())
        .findFirst()
        .orElse(row);
  }

  /** At the end of a schedule. */
  void end() {
    for (Event event : world.database.events) {
      if (!event.row.removed && event.row.state.isSettled()) {
        requireOut(event);
      }
      if (event.poison != Event.Poison.NONE) {
        world.saw(Situation.SETTLED_WITH_POISON);
      }
    }
  }

  /** What the faults left undone. */
  Violation noProgress() {
    List<Row> left =
        world.database.events.stream()
            .flatMap(
                e -> e.copy == null ? List.of(e.row).stream() : List.of(e.row, e.copy).stream())
            .filter(row -> !isSettled(row))
            .toList();
    return new Violation(Rule.PROGRESS, "left undone: " + left);
  }

  private static void requireOut(Event event) {
    boolean out =
        event.row.state == State.PUBLISHED
            ? event.messages > 0
            : event.skipped || event.tombstones > 0;
    require(out, Rule.FORGOTTEN, () -> event.row + " never went out");
  }

  private static void require(boolean holds, Rule rule, Supplier<String> broken) {
    if (!holds) {
      throw new Violation(rule, broken.get());
    }
  }
}
