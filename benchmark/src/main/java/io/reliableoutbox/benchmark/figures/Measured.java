package io.reliableoutbox.benchmark.figures;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /** The runs of one thing, with the median of what they cost. */
  public static Row row(String label, List<Measured> runs, @Nullable String against) {
    var medians = new LinkedHashMap<String, Double>();
    for (var process : runs.get(0).costs.keySet()) {
      var all = runs.stream().map(run -> run.costs.getOrDefault(process, 0.0)).toList();
      medians.put(process, Spread.of(all).median());
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
