package io.reliableoutbox.relay.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The lanes in memory, those that are wanted, and whose turn it is: first come, first served. */
final class Lanes {
  private final Map<Long, Lane> byKey = new HashMap<>();
  private final ArrayDeque<Lane> pipeline = new ArrayDeque<>();
  private final ArrayDeque<Lane> alone = new ArrayDeque<>();
  private final LinkedHashMap<Long, Integer> wanted = new LinkedHashMap<>();
  private int rows;
  private long bytes;

  @Nullable Lane of(long aggregateKey) {
    return byKey.get(aggregateKey);
  }

  /** Takes a lane in, unless its aggregate has one already; that one then asks for it again. */
  boolean add(Lane lane) {
    Lane present = byKey.putIfAbsent(lane.aggregateKey, lane);
    if (present != null) {
      present.moreToCome();
      return false;
    }
    lane.rows().forEach(this::count);
    return true;
  }

  /** The lane waits at the end of the queue of {@code route}. */
  void enqueue(Lane lane, Route route) {
    queue(route).add(lane);
  }

  /** The lane whose turn it is, or null; {@link #takeFirst} takes it out of its queue. */
  @Nullable Lane first(Route route) {
    ArrayDeque<Lane> queue = queue(route);
    Lane lane = queue.peekFirst();
    while (lane != null && !isCurrent(lane)) {
      queue.removeFirst();
      lane = queue.peekFirst();
    }
    return lane;
  }

  Lane takeFirst(Route route) {
    return queue(route).removeFirst();
  }

  /** The head of the lane is settled. */
  void settleHead(Lane lane, OutboxRow head) {
    lane.headSettled();
    uncount(head);
  }

  /** Gives up the rows of the lane, and the lane itself if nothing of it is to be written. */
  void empty(Lane lane) {
    lane.rows().forEach(this::uncount);
    lane.clear();
    dropIfDone(lane);
  }

  /** Says whether it is gone. */
  boolean dropIfDone(Lane lane) {
    return lane.isDone() && byKey.remove(lane.aggregateKey, lane);
  }

  void dropIf(Predicate<Lane> condition) {
    for (Lane lane : select(condition)) {
      lane.rows().forEach(this::uncount);
      byKey.remove(lane.aggregateKey);
    }
  }

  void emptyIf(Predicate<Lane> condition) {
    select(condition).forEach(this::empty);
  }

  /** All that is held is to be loaded again, once what became of it is written. */
  void clear() {
    emptyIf(lane -> true);
    pipeline.clear();
    alone.clear();
    wanted.clear();
  }

  void want(long aggregateKey, int bucket) {
    // The first one who says so: a search knows its bucket, a hint may be wrong.
    wanted.putIfAbsent(aggregateKey, bucket);
  }

  void unwantIf(IntPredicate bucketCondition) {
    wanted.values().removeIf(bucketCondition::test);
  }

  /** How many lanes wait for their turn in the pipeline, about. */
  int ready() {
    return pipeline.size();
  }

  int wanted() {
    return wanted.size();
  }

  /**
   * Takes up to {@code atMost} of the aggregates that are wanted, those that wait longest. One that
   * has a lane is loaded after it.
   */
  List<Long> takeWanted(int atMost) {
    List<Long> keys = new ArrayList<>();
    Iterator<Long> next = wanted.keySet().iterator();
    while (keys.size() < atMost && next.hasNext()) {
      Long key = next.next();
      next.remove();
      Lane lane = byKey.get(key);
      if (lane == null) {
        keys.add(key);
      } else {
        lane.moreToCome();
      }
    }
    return keys;
  }

  int rows() {
    return rows;
  }

  long bytes() {
    return bytes;
  }

  private ArrayDeque<Lane> queue(Route route) {
    return route == Route.PIPELINE ? pipeline : alone;
  }

  @SuppressWarnings("ReferenceEquality") // another lane of the same aggregate is not this one
  private boolean isCurrent(Lane lane) {
    return lane.isReady() && byKey.get(lane.aggregateKey) == lane;
  }

  private List<Lane> select(Predicate<Lane> condition) {
    List<Lane> selected = new ArrayList<>(byKey.values());
    selected.removeIf(condition.negate());
    return selected;
  }

  private void count(OutboxRow row) {
    rows++;
    bytes += row.bytes();
  }

  private void uncount(OutboxRow row) {
    rows--;
    bytes -= row.bytes();
  }
}
