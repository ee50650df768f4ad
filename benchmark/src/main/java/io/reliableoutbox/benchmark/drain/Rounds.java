package io.reliableoutbox.benchmark.drain;

import io.reliableoutbox.benchmark.Report;
import io.reliableoutbox.benchmark.figures.Measured;
import io.reliableoutbox.benchmark.figures.Row;
import io.reliableoutbox.benchmark.stand.OutboxTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Lets contenders run in turn, A B A B, and collects what they came to. */
final class Rounds {
  private final DrainMeter meter;
  private final Map<Contender, List<DrainMeter.Drained>> runs = new LinkedHashMap<>();

  Rounds(DrainMeter meter) {
    this.meter = meter;
  }

  void run(int pairs, List<Contender> contenders, OutboxTable.Content content) {
    for (int round = 1; round <= pairs; round++) {
      for (var contender : contenders) {
        var drained = meter.run(contender, content);
        runs.computeIfAbsent(contender, it -> new ArrayList<>()).add(drained);
        System.out.printf(
            Locale.ROOT,
            "  %d/%d %-24s %7.0f /s  (whole: %7.0f /s)  %s%n",
            round,
            pairs,
            contender.label(),
            drained.middle().rate(),
            drained.wholeRate(),
            drained.middle().costsInShort());
      }
    }
  }

  /** The fastest of them, by the median. */
  Contender fastest(List<Contender> contenders) {
    return contenders.stream()
        .max(
            Comparator.comparingDouble(
                it -> Measured.row(it.label(), middles(it), null).spread().median()))
        .orElseThrow();
  }

  /** Two rows: the middle of the run, which is compared, and the whole. */
  void report(Report report, Contender contender, Contender reference) {
    var whole = drained(contender).stream().map(DrainMeter.Drained::wholeRate).toList();
    boolean itself = contender.equals(reference);
    report.row(
        Measured.row(contender.label(), middles(contender), itself ? null : reference.label()));
    report.row(
        new Row(
            contender.label() + ", whole",
            "/s",
            whole,
            itself ? null : reference.label() + ", whole"));
  }

  private List<Measured> middles(Contender contender) {
    return drained(contender).stream().map(DrainMeter.Drained::middle).toList();
  }

  private List<DrainMeter.Drained> drained(Contender contender) {
    return runs.getOrDefault(contender, List.of());
  }
}
