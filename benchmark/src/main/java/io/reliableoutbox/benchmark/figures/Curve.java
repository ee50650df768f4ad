package io.reliableoutbox.benchmark.figures;

import java.util.List;

/**
 * Something that is best shown as a line.
 *
 * @param label what it is
 * @param chart the name of the chart it belongs to, with its axes: {@code title|x|y}
 */
public record Curve(String chart, String label, List<Double> x, List<Double> y) {
  public Curve {
    x = List.copyOf(x);
    y = List.copyOf(y);
  }
}
