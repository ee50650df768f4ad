package io.reliableoutbox.relay.outbox;

import io.reliableoutbox.relay.core.Mark;
import io.reliableoutbox.relay.core.OutboxRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Marks that are written by one statement: sorted, so that two statements lock rows in the same
 * order whichever way PostgreSQL looks them up, and without those of an epoch that is over.
 */
record Batch(List<Mark> marks, Map<Integer, Long> epochs) {
  static Batch of(List<? extends Mark> all) {
    Map<Integer, Long> epochs = new TreeMap<>();
    all.forEach(mark -> epochs.merge(mark.row().bucket(), mark.epoch(), Math::max));
    List<Mark> marks = new ArrayList<>(all);
    // The fence would refuse them; it is asked once for each bucket, by its latest epoch.
    marks.removeIf(mark -> isOver(mark, epochs));
    marks.sort(Comparator.comparingLong(mark -> mark.row().position()));
    return new Batch(marks, epochs);
  }

  private static boolean isOver(Mark mark, Map<Integer, Long> epochs) {
    return mark.epoch() < epochs.getOrDefault(mark.row().bucket(), mark.epoch());
  }

  Map<String, ?> parameters() {
    List<OutboxRow> rows = marks.stream().<OutboxRow>map(Mark::row).toList();
    return Map.of(
        "positions", rows.stream().mapToLong(OutboxRow::position).toArray(),
        "copies", rows.stream().map(OutboxRow::copy).toArray(Boolean[]::new),
        "tombstones", rows.stream().map(OutboxRow::tombstone).toArray(Boolean[]::new),
        "attempts", rows.stream().mapToInt(OutboxRow::attempts).toArray(),
        "buckets", epochs.keySet().stream().mapToInt(Integer::intValue).toArray(),
        "epochs", epochs.values().stream().mapToLong(Long::longValue).toArray());
  }
}
