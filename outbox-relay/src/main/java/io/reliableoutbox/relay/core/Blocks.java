package io.reliableoutbox.relay.core;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** Aggregates whose rows behind a parked one are still to be blocked, in the order of parking. */
final class Blocks {
  private final Map<Long, Block> byKey = new LinkedHashMap<>();

  void add(Block block) {
    byKey.put(block.aggregateKey(), block);
  }

  List<Block> all() {
    return List.copyOf(byKey.values());
  }

  boolean isEmpty() {
    return byKey.isEmpty();
  }

  /** This very one: it may have been asked for again meanwhile, under another epoch. */
  void remove(Block block) {
    byKey.remove(block.aggregateKey(), block);
  }

  void keep(IntPredicate bucketCondition) {
    byKey.values().removeIf(block -> !bucketCondition.test(block.bucket()));
  }
}
