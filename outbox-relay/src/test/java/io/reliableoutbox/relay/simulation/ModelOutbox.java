package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.Candidate;
import io.reliableoutbox.relay.core.LoadedRow;
import io.reliableoutbox.relay.core.OutboxRow;
import io.reliableoutbox.relay.core.Reach;
import io.reliableoutbox.relay.core.Scans;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What {@code Outbox} reads; each method in one snapshot. */
class ModelOutbox {
  final World world;
  final ModelDatabase database;

  ModelOutbox(World world) {
    this.world = world;
    this.database = world.database;
  }

  List<Candidate> find(int relay, List<Scans.Page> pages, int retries) {
    int limit = pages.get(0).rows();
    List<Candidate> found = new ArrayList<>();
    List<Row> due = new ArrayList<>();
    int bucket = -1;
    for (int page = 0; page < pages.size(); page++) {
      find(page, pages.get(page), limit, found);
      // The pages of a bucket stand side by side.
      if (pages.get(page).bucket() != bucket) {
        bucket = pages.get(page).bucket();
        addDue(bucket, due);
      }
    }
    due.sort(Comparator.comparingLong(row -> row.nextAttemptAt));
    for (Row row : due.subList(0, Math.min(retries, due.size()))) {
      found.add(candidate(Candidate.RETRY, row));
    }
    found.sort(Comparator.comparingLong(Candidate::position));
    return found;
  }

  private void find(int number, Scans.Page page, int limit, List<Candidate> found) {
    int rows = 0;
    for (Row row : database.ofBucket(page.bucket())) {
      if (row.state == State.PENDING && row.event.position >= page.from() && row.isVisible()) {
        found.add(candidate(number, row));
        if (++rows == limit) {
          world.saw(Situation.PAGE_FULL);
          return;
        }
      }
    }
  }

  private void addDue(int bucket, List<Row> due) {
    for (Row row : database.ofBucket(bucket)) {
      if (row.state == State.RETRYING && row.nextAttemptAt <= database.clock()) {
        due.add(row);
      }
    }
  }

  Reach reach() {
    Reach reach = new Reach(database.lastPosition(), database.writers());
    if (!reach.writers().isEmpty()) {
      world.saw(Situation.WRITER_HOLDS_THE_FLOOR);
    }
    return reach;
  }

  private static Candidate candidate(int page, Row row) {
    return new Candidate(page, row.event.aggregate.bucket, row.event.position, row.key);
  }

  List<LoadedRow> load(int relay, List<Long> keys, int rowsEach, long maxBytes) {
    List<List<Row>> lanes = new ArrayList<>();
    keys.stream().sorted().forEach(key -> lanes.add(firstUnsettled(key, rowsEach)));
    List<LoadedRow> loaded = new ArrayList<>();
    for (List<Row> lane : lanes) {
      for (int place = 0; place < lane.size(); place++) {
        loaded.add(loaded(lane.get(place), hasMessage(lanes, lane.get(place), place, maxBytes)));
      }
      if (lane.size() == rowsEach) {
        world.saw(Situation.LANE_CUT);
      }
    }
    return loaded;
  }

  List<Row> firstUnsettled(long key, int rowsEach) {
    List<Row> lane = new ArrayList<>();
    for (Row row : database.ofKey(key)) {
      if (!row.state.isSettled() && row.isVisible() && lane.size() < rowsEach) {
        lane.add(row);
      }
    }
    return lane;
  }

  // The heads of all lanes first, then the second rows, and so on, each in order of position.
  private boolean hasMessage(List<List<Row>> lanes, Row row, int place, long maxBytes) {
    long upTo = 0;
    boolean first = place == 0;
    for (List<Row> lane : lanes) {
      for (int i = 0; i < lane.size() && i <= place; i++) {
        Row other = lane.get(i);
        if (i < place || !isBefore(row, other)) {
          upTo += other.event.bytes;
          first &= other.equals(row);
        }
      }
    }
    return upTo <= maxBytes || first;
  }

  // An event and its copy have the same position.
  private static boolean isBefore(Row row, Row other) {
    return row.event.position < other.event.position
        || (row.event.position == other.event.position && !row.copy && other.copy);
  }

  LoadedRow loaded(Row row, boolean withMessage) {
    if (!withMessage) {
      world.saw(Situation.LOAD_CUT_BY_BYTES);
    }
    long now = database.clock();
    boolean due =
        row.state == State.PENDING || (row.state == State.RETRYING && row.nextAttemptAt <= now);
    OutboxRow read =
        new OutboxRow(
            row.event.position,
            row.copy,
            row.tombstone,
            row.event.id,
            row.event.aggregate.bucket,
            row.key,
            row.attempts,
            row.firstFailedAt == Row.NEVER ? 0 : now - row.firstFailedAt,
            row.event.bytes,
            withMessage ? new Letter(row) : LoadedRow.NO_MESSAGE);
    return new LoadedRow(read, due, row.state == State.PARKED);
  }
}
