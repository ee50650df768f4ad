package io.reliableoutbox.benchmark.drain;

import io.reliableoutbox.benchmark.Report;
import io.reliableoutbox.benchmark.figures.Row;
import io.reliableoutbox.benchmark.figures.Spread;
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
            "  %d/%d %-24s %7.0f /s  (whole: %7.0f /s)  cpu µs/message %s%n",
            round,
            pairs,
            contender.label(),
            drained.rate(),
            drained.wholeRate(),
            whole(drained.costs()));
      }
    }
  }

  private static Map<String, Long> whole(Map<String, Double> costs) {
    var rounded = new LinkedHashMap<String, Long>();
    costs.forEach((process, micros) -> rounded.put(process, Math.round(micros)));
    return rounded;
  }

  /** The fastest of them, by the median. */
  Contender fastest(List<Contender> contenders) {
    return contenders.stream()
        .max(Comparator.comparingDouble(it -> Spread.of(rates(it)).median()))
        .orElseThrow();
  }

  /** Two rows: the middle of the run, which is compared, and the whole. */
  void report(Report report, Contender contender, Contender reference) {
    var whole = drained(contender).stream().map(DrainMeter.Drained::wholeRate).toList();
    boolean itself = contender.equals(reference);
    report.row(
        new Row(
            contender.label(),
            "/s",
            rates(contender),
            itself ? null : reference.label(),
            costs(contender)));
    report.row(
        new Row(
            contender.label() + ", whole",
            "/s",
            whole,
            itself ? null : reference.label() + ", whole"));
  }

  private Map<String, Double> costs(Contender contender) {
    var medians = new LinkedHashMap<String, Double>();
    for (var process : drained(contender).get(0).costs().keySet()) {
      var all =
          drained(contender).stream().map(it -> it.costs().getOrDefault(process, 0.0)).toList();
      medians.put(process, Spread.of(all).median());
    }
    return medians;
  }

  private List<Double> rates(Contender contender) {
    return drained(contender).stream().map(DrainMeter.Drained::rate).toList();
  }

  private List<DrainMeter.Drained> drained(Contender contender) {
    return runs.getOrDefault(contender, List.of());
  }
}
