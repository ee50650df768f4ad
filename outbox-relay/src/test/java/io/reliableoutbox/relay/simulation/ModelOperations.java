package io.reliableoutbox.relay.simulation;

import java.util.List;

/**
 * The functions for operators, and retention. Each waits for the locks of the rows that it is
 * about; then it is one moment, because nothing of it is seen before its commit.
 */
final class ModelOperations {
  private final World world;
  private final ModelDatabase database;

  ModelOperations(World world) {
    this.world = world;
    this.database = world.database;
  }

  /** {@code ordering.replay(id)}. */
  void replay(Event event) {
    Row row = event.row;
    if (row.removed) {
      return;
    }
    switch (row.state) {
      case RETRYING -> row.nextAttemptAt = database.clock();
      case SKIPPED -> {
        if (hasPublishedSuccessor(event)) {
          return;
        }
        world.saw(Situation.REPLAYED_WHEN_SKIPPED);
        backToPending(row, false);
      }
      case PARKED, PUBLISHED -> sendAgain(event);
      case PENDING -> {
        return;
      }
      case BLOCKED -> {}
    }
    end("replay of " + event, List.of(event));
  }

  /** {@code ordering.replay_aggregate(type, id)}. */
  void replay(Aggregate aggregate) {
    List<Event> asked =
        aggregate.events.stream()
            .filter(event -> !event.row.removed)
            .filter(event -> isParked(event.row) || event.row.state == State.PUBLISHED)
            .toList();
    asked.forEach(this::sendAgain);
    end("replay of all of " + aggregate.name, asked);
  }

  /** {@code ordering.skip(id, reason)}. */
  void skip(Event event) {
    Row row = event.row;
    if (row.removed || row.state == State.SKIPPED) {
      return;
    }
    if (row.state == State.PUBLISHED) {
      if (event.copy == null || event.copy.removed || event.copy.state.isSettled()) {
        return;
      }
      settleAsSkipped(event.copy);
    } else if (!event.aggregate.versioned) {
      world.saw(Situation.SKIPPED_AT_ONCE);
      event.skipped = true;
      settleAsSkipped(row);
    } else {
      world.saw(Situation.SKIPPED_WITH_TOMBSTONE);
      row.state = row.state == State.BLOCKED ? State.BLOCKED : State.PENDING;
      again(row, true);
    }
    end("skip of " + event, List.of(event));
  }

  /** {@code Retention.removeOlderThan}. */
  void retain(long age) {
    for (Event event : List.copyOf(database.events)) {
      if (event.copy != null && isOld(event.copy, age)) {
        database.remove(event.copy);
        event.copy = null;
      }
      if (isOld(event.row, age) && (event.copy == null || event.copy.state.isSettled())) {
        world.saw(Situation.RETENTION);
        world.marking.settled(event);
        database.remove(event.row);
      }
    }
    database.flushed();
  }

  private boolean isOld(Row row, long age) {
    return !row.removed
        && row.state.isSettled()
        && Math.max(row.settledAt, row.replayedAt) < database.clock() - age;
  }

  private boolean hasPublishedSuccessor(Event event) {
    return event.aggregate.events.stream()
        .anyMatch(
            later ->
                later.position > event.position
                    && !later.row.removed
                    && later.row.state == State.PUBLISHED);
  }

  private void sendAgain(Event event) {
    if (event.row.state == State.PARKED) {
      world.saw(Situation.REPLAYED_IN_PLACE);
      backToPending(event.row, event.row.tombstone);
    } else if (event.row.state == State.PUBLISHED
        && (event.copy == null || event.copy.state.isSettled() || isParked(event.copy))) {
      world.saw(Situation.COPY_ASKED_FOR);
      event.row.replayedAt = database.clock();
      if (event.copy == null) {
        event.copy = new Row(event, true);
        database.insert(event.copy);
      } else {
        backToPending(event.copy, false);
      }
      event.copy.askedAt = world.timeline.now();
    }
  }

  private static boolean isParked(Row row) {
    return row.state == State.PARKED;
  }

  private static void settleAsSkipped(Row row, long now) {
    row.state = State.SKIPPED;
    row.nextAttemptAt = Row.NEVER;
    row.settledAt = now;
    row.check();
  }

  private void settleAsSkipped(Row row) {
    settleAsSkipped(row, database.clock());
  }

  private static void backToPending(Row row, boolean tombstone) {
    row.state = State.PENDING;
    again(row, tombstone);
  }

  private static void again(Row row, boolean tombstone) {
    row.tombstone = tombstone;
    row.attempts = 0;
    row.firstFailedAt = Row.NEVER;
    row.nextAttemptAt = Row.NEVER;
    row.settledAt = Row.NEVER;
    row.check();
  }

  /** {@code ordering.end_operation}: frees what no longer stands behind one of them, parked. */
  private void end(String what, List<Event> touched) {
    for (Event event : touched) {
      free(event.row);
      if (event.copy != null) {
        free(event.copy);
      }
    }
    database.flushed();
    world.say(() -> what);
    world.hint(SimulatedRelay::hintSweep);
  }

  private void free(Row touched) {
    for (Row row : database.ofKey(touched.key)) {
      if (row.state == State.BLOCKED && !isBehindParked(row)) {
        row.state = State.PENDING;
      }
    }
  }

  boolean isBehindParked(Row row) {
    return database.ofKey(row.key).stream()
        .anyMatch(
            other ->
                other.state == State.PARKED
                    && other.isVisible()
                    && other.event.position < row.event.position);
  }
}
