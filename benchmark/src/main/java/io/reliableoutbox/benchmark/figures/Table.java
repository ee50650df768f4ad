package io.reliableoutbox.benchmark.figures;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A result for people, as lines of a terminal. */
public final class Table {
  private Table() {}

  public static String of(Result result) {
    var text = new StringBuilder();
    text.append("\n%s: %s%n".formatted(result.benchmark(), result.question()));
    text.append("target: %s%n".formatted(result.target()));
    text.append("settings: %s%n".formatted(joined(result.settings())));
    for (var row : result.rows()) {
      text.append(line(result, row)).append(System.lineSeparator());
    }
    result.notes().forEach(note -> text.append("note: ").append(note).append('\n'));
    return text.toString();
  }

  private static String line(Result result, Row row) {
    var spread = row.spread();
    var ratio =
        result
            .reference(row)
            .map(row::ratioTo)
            .map(it -> "  ratio %.2f (%.2f to %.2f)".formatted(it.median(), it.min(), it.max()))
            .orElse("");
    var costs =
        row.costs().isEmpty()
            ? ""
            : "  cpu µs/message: "
                + row.costs().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .map(cost -> "%s %.0f".formatted(cost.getKey(), cost.getValue()))
                    .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "  %-34s %10s %-3s (%s to %s)%s%s",
        row.label(),
        number(spread.median()),
        row.unit(),
        number(spread.min()),
        number(spread.max()),
        ratio,
        costs);
  }

  /** With as many digits as mean something. */
  public static String number(double value) {
    return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : "%.2f", value);
  }

  private static String joined(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }
}
