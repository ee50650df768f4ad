package io.reliableoutbox.benchmark.figures;

import java.util.List;

/**
 * What repeated measurements of one thing came to. With a handful of them the range says more than
 * a deviation would.
 */
public record Spread(double median, double min, double max) {
  /**
   * Of one measurement or more.
   *
   * @throws IllegalArgumentException where there is none
   */
  public static Spread of(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
    var sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    return new Spread(median, sorted.get(0), sorted.get(sorted.size() - 1));
  }
}
