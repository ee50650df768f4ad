package io.reliableoutbox.lab.check;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What the tables say against what the lab itself knows. Each entry names an event, as consumer,
 * order and version, or whatever else it is about.
 *
 * @param lost acknowledged to the client, and without an effect in some consumer; mails that were
 *     marked as sent and never came
 * @param unexpected effects without a committed order, mails without an event
 * @param duplicateEffects more than one effect of one event in one consumer, or a consumer's tables
 *     that hold more or less than was applied
 * @param outOfOrder applied before an earlier event of the same order
 * @param undelivered where all had to be settled: committed without the client's knowledge, and
 *     without an effect
 * @param wronglyParked parked and no poison, or poison and not parked
 * @param leftOver what has not come to its end: in queues, outbox, inbox, mails
 */
public record Findings(
    Set<String> lost,
    Set<String> unexpected,
    Set<String> duplicateEffects,
    Set<String> outOfOrder,
    Set<String> undelivered,
    Set<String> wronglyParked,
    Set<String> leftOver,
    long published,
    long effects) {
  /** Nothing was read: no violation, and no effect either. */
  public static final Findings NOTHING =
      new Findings(Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), 0, 0);

  public boolean allEmpty() {
    return sets().values().stream().allMatch(Set::isEmpty);
  }

  /** Whether events are missing at a consumer, acknowledged ones or others. */
  public boolean misses() {
    return !lost.isEmpty() || !undelivered.isEmpty();
  }

  /** Each set by what people call it. */
  Map<String, Set<String>> sets() {
    Map<String, Set<String>> sets = new LinkedHashMap<>();
    sets.put("lost", lost);
    sets.put("unexpected", unexpected);
    sets.put("duplicate effects", duplicateEffects);
    sets.put("out of order", outOfOrder);
    sets.put("committed and not delivered", undelivered);
    sets.put("wrongly parked", wronglyParked);
    sets.put("left over", leftOver);
    return sets;
  }
}
