package io.reliableoutbox.benchmark.figures;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing that was measured, once a round.
 *
 * @param label what was measured
 * @param unit {@code /s}, {@code ms}, {@code %} and so on
 * @param values one a round, in order
 * @param against the label of the row that this one is compared with, or null
 * @param costs microseconds of processor time per message, by process; empty where not measured
 */
public record Row(
    String label,
    String unit,
    List<Double> values,
    @Nullable String against,
    Map<String, Double> costs) {
  public Row {
    values = List.copyOf(values);
    costs = Map.copyOf(costs);
  }

  public Row(String label, String unit, List<Double> values, @Nullable String against) {
    this(label, unit, values, against, Map.of());
  }

  public Spread spread() {
    return Spread.of(values);
  }

  /** This over the other, round by round: what changed from one round to the next cancels out. */
  public Spread ratioTo(Row other) {
    int rounds = Math.min(values.size(), other.values.size());
    return Spread.of(
        java.util.stream.IntStream.range(0, rounds)
            .mapToObj(n -> values.get(n) / other.values.get(n))
            .toList());
  }
}
