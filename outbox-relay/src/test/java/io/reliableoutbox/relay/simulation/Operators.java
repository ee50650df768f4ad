package io.reliableoutbox.relay.simulation;

/** Replay, skip and retention at any time; and, once faults are over, what a person would do. */
final class Operators {
  private final World world;
  private final Dice dice;

  Operators(World world) {
    this.world = world;
    this.dice = world.dice;
  }

  void plan() {
    for (int n = 0; n < world.plan.operations; n++) {
      world.timeline.at(dice.between(0, world.plan.healedAt), this::any);
    }
  }

  /** Somebody watches, and does something about it, perhaps at the same moment. */
  void parked(Event event) {
    if (!world.faults.areOver() && dice.chance(world.plan.quickOperator)) {
      world.timeline.after(dice.mostlyShort(50 * Timeline.MILLI), () -> any(event));
    }
  }

  private void any() {
    if (!world.database.events.isEmpty()) {
      any(dice.oneOf(world.database.events));
    }
  }

  private void any(Event event) {
    if (!world.database.isUp()) {
      return;
    }
    switch (dice.between(0, 6)) {
      case 0, 1 -> operate(event, () -> world.operations.replay(event));
      case 2, 3 -> operate(event, () -> world.operations.skip(event));
      case 4 -> operate(event, () -> world.operations.replay(event.aggregate));
      case 5 -> replayParked();
      default -> world.operations.retain(dice.mostlyShort(2 * Timeline.SECOND));
    }
  }

  /** Sends again what was parked although nothing is wrong with it. */
  void replayParked() {
    for (Event event : world.database.events) {
      boolean parked =
          event.row.state == State.PARKED
              || (event.copy != null && event.copy.state == State.PARKED);
      if (parked && (event.poison == Event.Poison.NONE || !world.faults.areOver())) {
        operate(event, () -> world.operations.replay(event));
      }
    }
  }

  // A relay may hold the parked row while it blocks what stands behind it.
  private void operate(Event event, Runnable operation) {
    if (event.aggregate.events.stream().anyMatch(Event::isLocked)) {
      world.saw(Situation.OPERATOR_WAITED_FOR_A_LOCK);
      world.timeline.after(Timeline.MILLI, () -> operate(event, operation));
    } else if (world.database.isUp()) {
      operation.run();
    }
  }
}
