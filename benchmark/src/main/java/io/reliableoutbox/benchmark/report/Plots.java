package io.reliableoutbox.benchmark.report;

import io.reliableoutbox.benchmark.figures.Curve;
import io.reliableoutbox.benchmark.figures.Result;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Plots of a result as PNG files: each measurement as a point, round by round, so that what is
 * noise can be seen; and the curves that it brought with it.
 */
record Plots(Path folder) {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 420;

  /** A plot that was drawn. */
  record Plot(String title, String file) {}

  List<Plot> draw(Result result) {
    var plots = new ArrayList<Plot>();
    var byUnit = new LinkedHashMap<String, XYChart>();
    for (var row : result.rows()) {
      if (row.values().size() > 1 && !row.label().endsWith(", whole")) {
        var rounds = IntStream.rangeClosed(1, row.values().size()).asDoubleStream().boxed();
        byUnit
            .computeIfAbsent(row.unit(), unit -> chart(result.benchmark(), "round", unit))
            .addSeries(row.label(), rounds.toList(), row.values());
      }
    }
    byUnit
        .values()
        .forEach(chart -> plots.add(save(result.benchmark(), plots.size(), fromZero(chart))));
    var byChart = new LinkedHashMap<String, XYChart>();
    int number = 0;
    for (var curve : result.curves()) {
      add(byChart, curve, ++number);
    }
    byChart.values().forEach(chart -> plots.add(save(result.benchmark(), plots.size(), chart)));
    return plots;
  }

  private static void add(Map<String, XYChart> charts, Curve curve, int number) {
    var axes = curve.chart().split("\\|", -1);
    charts
        .computeIfAbsent(curve.chart(), it -> chart(axes[0], axes[1], axes[2]))
        .addSeries("%d: %s".formatted(number, curve.label()), curve.x(), curve.y())
        .setMarker(SeriesMarkers.NONE);
  }

  private static XYChart chart(String title, String x, String y) {
    var chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .theme(ChartTheme.Matlab)
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    return chart;
  }

  /** A rate that is cut off below would look as if it jumped. */
  private static XYChart fromZero(XYChart chart) {
    chart.getStyler().setYAxisMin(0.0).setXAxisDecimalPattern("0");
    return chart;
  }

  private Plot save(String name, int number, XYChart chart) {
    var file = name + (number == 0 ? "" : "-" + (number + 1)) + ".png";
    var image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    var graphics = image.createGraphics();
    chart.paint(graphics, WIDTH, HEIGHT);
    graphics.dispose();
    try {
      Files.createDirectories(folder);
      ImageIO.write(image, "png", folder.resolve(file).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Plot(chart.getTitle(), file);
  }
}
