package io.reliableoutbox.consumer.inbox;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Aggregates whose progress rows are locked.
 *
 * @param versions the last settled version of each
 * @param made those that had no row until now, so that none of their events was ever applied or
 *     held, each with the version that was written in the hope that all goes well
 */
record Progress(Map<AggregateKey, Long> versions, Map<AggregateKey, Long> made) {
  static final Progress NONE = new Progress(Map.of(), Map.of());

  /** What is still to be written: also of a made one, if it has come less far than was hoped. */
  Map<AggregateKey, Long> changed(Map<AggregateKey, Long> advanced) {
    Map<AggregateKey, Long> changed = new HashMap<>(advanced);
    made.keySet().forEach(key -> changed.putIfAbsent(key, 0L));
    changed.entrySet().removeIf(entry -> entry.getValue().equals(made.get(entry.getKey())));
    return changed;
  }

  /** Those of them for which something may be held. */
  Map<AggregateKey, Long> known(Map<AggregateKey, Long> advanced) {
    return advanced.entrySet().stream()
        .filter(entry -> !made.containsKey(entry.getKey()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
