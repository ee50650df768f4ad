package io.reliableoutbox.benchmark.report;

import io.reliableoutbox.benchmark.figures.Result;
import io.reliableoutbox.benchmark.figures.Row;
import io.reliableoutbox.benchmark.figures.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** docs/performance.md, with a plot for each benchmark beside it. */
public record PerformancePage(Path folder) {
  private static final String HEAD =
      """
      # Performance

      Made by `./run bench report` of what `./run bench` left in target/bench; not to be edited. (`--full` takes hours, and \
      repeats oftener.) On one machine; within a benchmark in one run, the system and what it is compared with in turn \
      (A B A B ...); different benchmarks may come from different runs. Figures of another machine will differ, ratios less so. \
      Each figure is the median of its rounds, with the lowest and the highest; a ratio is taken round by round, and its \
      median shown.

      """;

  public void write(List<Result> results) {
    var page = new StringBuilder(HEAD);
    results.get(0).machine().forEach((name, value) -> page.append(machine(name, value)));
    results.forEach(result -> page.append(section(result)));
    try {
      Files.createDirectories(folder.resolve("performance"));
      Files.writeString(folder.resolve("performance.md"), page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String machine(String name, String value) {
    return "- %s: %s\n".formatted(name, value);
  }

  private String section(Result result) {
    var section = new StringBuilder();
    section.append("\n## %s\n\n".formatted(result.benchmark()));
    section.append("%s.\nTarget: %s.\n".formatted(sentence(result.question()), result.target()));
    section.append("(%s)\n\n".formatted(settings(result.settings())));
    section.append("| | median | lowest to highest | ratio | processor time per message |\n");
    section.append("|---|---:|---:|---|---|\n");
    result.rows().forEach(row -> section.append(line(result, row)));
    section.append('\n');
    result.notes().forEach(note -> section.append("- %s\n".formatted(note)));
    for (var plot : new Plots(folder.resolve("performance")).draw(result)) {
      section.append("\n![%s](performance/%s)\n".formatted(plot.title(), plot.file()));
    }
    return section.toString();
  }

  private static String sentence(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  private static String settings(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(setting -> setting.getKey() + ": " + setting.getValue())
        .collect(Collectors.joining("; "));
  }

  private static String line(Result result, Row row) {
    var spread = row.spread();
    return "| %s | %s %s | %s to %s | %s | %s |\n"
        .formatted(
            row.label(),
            Table.number(spread.median()),
            row.unit(),
            Table.number(spread.min()),
            Table.number(spread.max()),
            ratio(result, row),
            costs(row.costs()));
  }

  private static String ratio(Result result, Row row) {
    return result
        .reference(row)
        .map(
            reference -> {
              var ratio = row.ratioTo(reference);
              return String.format(
                  Locale.ROOT,
                  "**%.2f** (%.2f to %.2f) of %s",
                  ratio.median(),
                  ratio.min(),
                  ratio.max(),
                  reference.label());
            })
        .orElse("");
  }

  private static String costs(Map<String, Double> costs) {
    return costs.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(cost -> String.format(Locale.ROOT, "%s %.0f µs", cost.getKey(), cost.getValue()))
        .collect(Collectors.joining(", "));
  }
}
