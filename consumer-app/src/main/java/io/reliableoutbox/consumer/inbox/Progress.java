package io.reliableoutbox.consumer.inbox;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Aggregates whose progress rows are locked.
 *
 * @param versions the last settled version of each
 * @param made those that had no row until now: so none of their events was ever applied or held
 */
record Progress(Map<AggregateKey, Long> versions, Set<AggregateKey> made) {
  static final Progress NONE = new Progress(Map.of(), Set.of());

  /** Those of them for which something may be held. */
  Map<AggregateKey, Long> known(Map<AggregateKey, Long> advanced) {
    return advanced.entrySet().stream()
        .filter(entry -> !made.contains(entry.getKey()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
