package io.reliableoutbox.relay.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The tables, as committed. A commit that doesn't wait for the disk can be forgotten in a crash, up
 * to the next one that does.
 */
final class ModelDatabase {
  final List<Event> events = new ArrayList<>();
  final List<Lease> leases = new ArrayList<>();

  /** When each relay that has shown itself expires. */
  final Map<Integer, Long> relays = new HashMap<>();

  private final World world;
  private final List<List<Row>> byBucket = new ArrayList<>();
  private final Map<Long, List<Row>> byKey = new HashMap<>();
  private final ArrayDeque<Runnable> unflushed = new ArrayDeque<>();
  private final Set<Transaction> open = new LinkedHashSet<>();
  private long positions;
  private long transactions;
  private long clockOffset;
  private boolean up = true;
  private int starts;

  ModelDatabase(World world) {
    this.world = world;
    for (int bucket = 0; bucket < world.plan.buckets; bucket++) {
      leases.add(new Lease());
      byBucket.add(new ArrayList<>());
    }
  }

  /** {@code clock_timestamp()}. */
  long clock() {
    return world.timeline.now() + clockOffset;
  }

  void jumpClock(long by) {
    clockOffset += by;
  }

  boolean isUp() {
    return up;
  }

  /** Counts the crashes; what began before one has no effect after it. */
  int starts() {
    return starts;
  }

  void up(boolean now) {
    up = now;
  }

  /** In order of position. */
  List<Row> ofBucket(int bucket) {
    return byBucket.get(bucket);
  }

  /** In order of position. */
  List<Row> ofKey(long key) {
    return byKey.getOrDefault(key, List.of());
  }

  long drawPosition() {
    return ++positions;
  }

  long lastPosition() {
    return positions;
  }

  /** Returns what it is called by. */
  String began(Transaction transaction) {
    open.add(transaction);
    return "1/" + ++transactions;
  }

  void ended(Transaction transaction) {
    open.remove(transaction);
  }

  /** Who has the outbox locked for writing. */
  Set<String> writers() {
    return open.stream()
        .filter(Transaction::hasInserted)
        .map(Transaction::id)
        .collect(Collectors.toSet());
  }

  boolean isQuiet() {
    return open.isEmpty();
  }

  void insert(Row row) {
    insert(byBucket.get(row.event.aggregate.bucket), row);
    insert(byKey.computeIfAbsent(row.key, key -> new ArrayList<>()), row);
  }

  void remove(Row row) {
    row.removed = true;
    byBucket.get(row.event.aggregate.bucket).remove(row);
    ofKey(row.key).remove(row);
  }

  /** To be called before a change that a crash may undo. */
  void notFlushed(Row row) {
    unflushed.push(row.saved());
  }

  /** A commit waited for the disk, and all before it are on it, too. */
  void flushed() {
    unflushed.clear();
  }

  /** Forgets a part of what was not flushed, the last first, and whatever was under way. */
  void crash() {
    starts++;
    int forgotten = world.dice.between(0, unflushed.size());
    for (int i = 0; i < forgotten; i++) {
      unflushed.pop().run();
      world.saw(Situation.MARKS_FORGOTTEN);
    }
    flushed();
    List.copyOf(open).forEach(Transaction::rollBack);
    leases.forEach(lease -> lease.shared = 0);
    byBucket.forEach(rows -> rows.forEach(row -> row.shared = 0));
    world.say(() -> "database crashes, " + forgotten + " marks are forgotten");
  }

  private static void insert(List<Row> rows, Row row) {
    int at = rows.size();
    while (at > 0 && rows.get(at - 1).event.position > row.event.position) {
      at--;
    }
    rows.add(at, row);
  }
}
