package io.reliableoutbox.benchmark;

import io.reliableoutbox.benchmark.figures.Curve;
import io.reliableoutbox.benchmark.figures.Result;
import io.reliableoutbox.benchmark.figures.Row;
import io.reliableoutbox.benchmark.stand.Machine;
import io.reliableoutbox.benchmark.stand.Stand;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what a benchmark measures, and says each figure as it comes. Not thread-safe. */
public final class Report {
  private final Map<String, List<Double>> values = new LinkedHashMap<>();
  private final Map<String, String> units = new LinkedHashMap<>();
  private final Map<String, String> references = new LinkedHashMap<>();
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final List<Row> rows = new ArrayList<>();
  private final List<Curve> curves = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /** One more measurement of what this label names. */
  public void measured(String label, String unit, double value) {
    values.computeIfAbsent(label, it -> new ArrayList<>()).add(value);
    units.put(label, unit);
    System.out.printf(Locale.ROOT, "  %-46s %10.2f %s%n", label, value, unit);
  }

  /** The first is shown beside its ratio to the second. */
  public void compare(String label, String reference) {
    references.put(label, reference);
  }

  public void row(Row row) {
    rows.add(row);
  }

  public void curve(Curve curve) {
    curves.add(curve);
  }

  public Report note(String note) {
    notes.add(note);
    return this;
  }

  public Report setting(String name, Object value) {
    settings.put(name, String.valueOf(value));
    return this;
  }

  public Result result(String name, String question, String target, Stand stand) {
    var all = new ArrayList<Row>(rows);
    values.forEach(
        (label, measured) -> all.add(new Row(label, unit(label), measured, reference(label))));
    return new Result(
        name, question, target, Machine.describe(stand), settings, all, curves, notes);
  }

  private String unit(String label) {
    return units.getOrDefault(label, "");
  }

  private @Nullable String reference(String label) {
    var reference = references.get(label);
    return reference != null && values.containsKey(reference) ? reference : null;
  }
}
