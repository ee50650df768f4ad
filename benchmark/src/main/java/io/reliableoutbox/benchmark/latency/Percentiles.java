package io.reliableoutbox.benchmark.latency;

import io.reliableoutbox.benchmark.Report;
import io.reliableoutbox.benchmark.figures.Curve;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What is shown of latencies: two figures a round, and all rounds together as a curve. */
final class Percentiles {
  private static final List<Double> SHOWN = List.of(50.0, 99.0);
  private static final double NANOS_PER_MILLI = 1e6;
  // By nines: each unit of the axis leaves a tenth of what the one before leaves.
  private static final double LAST_NINES = 3.5;
  private static final double STEP = 0.1;

  private final Report report;
  private final Map<String, Histogram> together = new TreeMap<>();

  Percentiles(Report report) {
    this.report = report;
  }

  /** One round of this at that load. */
  void add(String what, String load, Histogram nanos) {
    for (double percentile : SHOWN) {
      double millis = nanos.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
      report.measured(label(what, load, percentile), "ms", millis);
    }
    together.computeIfAbsent(what + ", " + load, it -> new Histogram(Deliveries.DIGITS)).add(nanos);
  }

  void compare(String what, String reference, String load) {
    SHOWN.forEach(
        percentile ->
            report.compare(label(what, load, percentile), label(reference, load, percentile)));
  }

  void draw(String chart) {
    together.forEach((label, nanos) -> report.curve(curve(chart, label, nanos)));
  }

  private static Curve curve(String chart, String label, Histogram nanos) {
    var x = new ArrayList<Double>();
    var y = new ArrayList<Double>();
    double last = Math.min(LAST_NINES, Math.log10((double) Math.max(1, nanos.getTotalCount())));
    for (double nines = 0; nines <= last; nines += STEP) {
      x.add(nines);
      y.add(nanos.getValueAtPercentile(100 * (1 - Math.pow(10, -nines))) / NANOS_PER_MILLI);
    }
    return new Curve(chart + "|1: 90 %, 2: 99 %, 3: 99.9 % are faster|ms", label, x, y);
  }

  private static String label(String what, String load, double percentile) {
    return "%s, %s, p%.0f".formatted(what, load, percentile);
  }
}
