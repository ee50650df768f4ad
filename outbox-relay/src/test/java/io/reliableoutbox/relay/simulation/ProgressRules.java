package io.reliableoutbox.relay.simulation;

import java.util.List;

/** What must become of everything once the faults are over. */
final class ProgressRules {
  private static final long HOT = 500 * Timeline.MILLI;
  private final World world;

  ProgressRules(World world) {
    this.world = world;
  }

  /** A relay has been busy for so long without a rest, and has sent nothing. */
  void isBusy(SimulatedRelay relay, long time) {
    Rule.REST.require(time < HOT, () -> "relay " + relay.id() + " runs hot and sends nothing");
  }

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
        world.marking.settled(event);
      }
      if (event.poison != Event.Poison.NONE) {
        world.saw(Situation.SETTLED_WITH_POISON);
      }
    }
  }

  /** What the faults left undone. */
  Violation left() {
    List<Row> left =
        world.database.events.stream()
            .flatMap(
                e -> e.copy == null ? List.of(e.row).stream() : List.of(e.row, e.copy).stream())
            .filter(row -> !isSettled(row))
            .toList();
    return new Violation(Rule.PROGRESS, "left undone: " + left);
  }
}
