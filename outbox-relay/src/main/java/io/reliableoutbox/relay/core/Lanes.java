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

  /** Takes a lane in, unless its aggregate has one already. */
  boolean add(Lane lane) {
    if (byKey.putIfAbsent(lane.aggregateKey, lane) != null) {
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

  void drop(Lane lane) {
    if (byKey.remove(lane.aggregateKey, lane)) {
      lane.rows().forEach(this::uncount);
    }
  }

  void dropIf(Predicate<Lane> condition) {
    List<Lane> dropped = new ArrayList<>(byKey.values());
    dropped.removeIf(condition.negate());
    dropped.forEach(this::drop);
  }

  void clear() {
    dropIf(lane -> true);
    pipeline.clear();
    alone.clear();
    wanted.clear();
  }

  void want(long aggregateKey, int bucket) {
    wanted.put(aggregateKey, bucket);
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

  /** Takes up to {@code atMost} of the aggregates that are wanted, those that wait longest. */
  List<Long> takeWanted(int atMost) {
    List<Long> keys = new ArrayList<>();
    Iterator<Long> next = wanted.keySet().iterator();
    while (keys.size() < atMost && next.hasNext()) {
      keys.add(next.next());
      next.remove();
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
    return byKey.get(lane.aggregateKey) == lane;
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
