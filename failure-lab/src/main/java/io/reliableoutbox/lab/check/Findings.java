package io.reliableoutbox.lab.check;

import java.util.Set;

/**
 * What the tables say against the client's own record. Each entry names an event, as consumer,
 * order and version.
 *
 * @param lost acknowledged to the client, and without an effect in some consumer
 * @param unexpected effects without a committed order
 * @param duplicateEffects more than one effect of one event in one consumer, or a consumer's tables
 *     that hold more or less than was applied
 * @param outOfOrder applied before an earlier event of the same order
 */
public record Findings(
    Set<String> lost,
    Set<String> unexpected,
    Set<String> duplicateEffects,
    Set<String> outOfOrder,
    long published,
    long effects) {
  public boolean allEmpty() {
    return lost.isEmpty()
        && unexpected.isEmpty()
        && duplicateEffects.isEmpty()
        && outOfOrder.isEmpty();
  }
}
