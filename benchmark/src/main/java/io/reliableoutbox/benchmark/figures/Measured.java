package io.reliableoutbox.benchmark.figures;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one run came to.
 *
 * @param rate a second
 * @param costs microseconds of processor time per message, by process; empty where not measured
 */
public record Measured(double rate, Map<String, Double> costs) {
  public Measured {
    costs = Map.copyOf(costs);
  }

  /**
   * The runs of one thing, with the median of what they cost, of those in which it was measured.
   */
  public static Row row(String label, List<Measured> runs, @Nullable String against) {
    var medians = new LinkedHashMap<String, Double>();
    var processes = new TreeSet<String>();
    runs.forEach(run -> processes.addAll(run.costs.keySet()));
    for (var process : processes) {
      var all = runs.stream().map(Measured::costs).filter(it -> it.containsKey(process));
      medians.put(process, Spread.of(all.map(it -> it.get(process)).toList()).median());
    }
    return new Row(label, "/s", runs.stream().map(Measured::rate).toList(), against, medians);
  }

  /** Of the costs, for who looks on. */
  public String costsInShort() {
    var rounded = new LinkedHashMap<String, Long>();
    costs.forEach((process, micros) -> rounded.put(process, Math.round(micros)));
    return "cpu µs/message " + rounded;
  }
}
