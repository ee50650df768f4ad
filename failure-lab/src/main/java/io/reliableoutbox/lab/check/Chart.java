package io.reliableoutbox.lab.check;

import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** One line over time as SVG, with the faults shaded behind it. */
record Chart(Timeline timeline, String title, String colour, boolean perSecond) {
  private static final int WIDTH = 1080;
  private static final int HEIGHT = 150;
  private static final int LEFT = 60;
  private static final int TOP = 24;
  private static final int BOTTOM = 22;
  // A rate is the mean of so many looks: a line that can be followed with the eye.
  private static final int SMOOTH = 5;

  /** {@code perSecond}: the value counts up, and its growth is what is shown. */
  String svg(ToLongFunction<Timeline.Sample> value) {
    double[] values = perSecond ? growth(value) : plain(value);
    double top = niceTop(max(values));
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n"
            .formatted(WIDTH, TOP + HEIGHT + BOTTOM, title));
    shade(svg);
    grid(svg, top);
    svg.append("<path d=\"").append(path(values, top)).append("\" fill=\"none\" stroke=\"");
    svg.append(colour).append("\" stroke-width=\"1.6\"/>\n");
    svg.append("<text x=\"0\" y=\"14\" class=\"title\">%s</text>%n".formatted(title));
    return svg.append("</svg>\n").toString();
  }

  private void shade(StringBuilder svg) {
    for (FaultWindow fault : timeline.faults()) {
      if (fault.tookPlace()) {
        double from = x(fault.fromMillis());
        svg.append(
            format(
                "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" class=\"fault\"><title>%s</title></rect>%n",
                from,
                TOP,
                Math.max(1.5, x(fault.toMillis()) - from),
                HEIGHT,
                ReportPage.escape(fault.fault() + ": " + fault.what())));
      }
    }
  }

  private void grid(StringBuilder svg, double top) {
    for (int part = 0; part <= 2; part++) {
      double y = TOP + HEIGHT - HEIGHT * part / 2.0;
      svg.append(
          format(
              "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
              LEFT, y, WIDTH, y, LEFT - 6, y + 4, number(top * part / 2)));
    }
    long last = timeline.lastMillis();
    for (int part = 0; part <= 6; part++) {
      long millis = last * part / 6;
      svg.append(
          format(
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>%n",
              x(millis),
              TOP + HEIGHT + 16,
              part == 0 ? "start" : part == 6 ? "end" : "middle",
              format("%d:%02d", millis / 60_000, millis / 1000 % 60)));
    }
  }

  private String path(double[] values, double top) {
    StringBuilder path = new StringBuilder();
    List<Timeline.Sample> samples = timeline.samples();
    long before = Long.MIN_VALUE;
    for (int i = 0; i < values.length; i++) {
      long at = samples.get(i).atMillis();
      // A gap in the looks is a gap in the line: the database was away.
      boolean move = before == Long.MIN_VALUE || at - before > 4000;
      path.append(
          format(
              "%s%.1f %.1f",
              move ? "M" : "L", x(at), TOP + HEIGHT - HEIGHT * Math.min(1, values[i] / top)));
      before = at;
    }
    return path.toString();
  }

  private double x(long millis) {
    return LEFT
        + (WIDTH - LEFT) * (double) Math.min(millis, timeline.lastMillis()) / timeline.lastMillis();
  }

  private double[] plain(ToLongFunction<Timeline.Sample> value) {
    return timeline.samples().stream().mapToDouble(value::applyAsLong).toArray();
  }

  private double[] growth(ToLongFunction<Timeline.Sample> value) {
    List<Timeline.Sample> samples = timeline.samples();
    double[] growth = new double[samples.size()];
    for (int i = 1; i < growth.length; i++) {
      var from = samples.get(Math.max(0, i - SMOOTH));
      var to = samples.get(i);
      double seconds = Math.max(1, to.atMillis() - from.atMillis()) / 1000.0;
      growth[i] = (value.applyAsLong(to) - value.applyAsLong(from)) / seconds;
    }
    return growth;
  }

  private static double max(double[] values) {
    double max = 0;
    for (double value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  /** 1, 2 or 5 times a power of ten. */
  private static double niceTop(double max) {
    double power = Math.pow(10, Math.floor(Math.log10(Math.max(max, 1))));
    for (double step : new double[] {1, 2, 5, 10}) {
      if (max <= step * power) {
        return step * power;
      }
    }
    return 10 * power;
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : format("%.1f", value);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
