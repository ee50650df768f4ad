package io.reliableoutbox.benchmark.figures;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one benchmark found.
 *
 * @param benchmark its name
 * @param question what it asks
 * @param target what it should come to, in words
 * @param machine what it ran on, with versions
 * @param settings what it was run with
 * @param notes what a reader has to know to judge the figures
 */
public record Result(
    String benchmark,
    String question,
    String target,
    Map<String, String> machine,
    Map<String, String> settings,
    List<Row> rows,
    List<Curve> curves,
    List<String> notes) {
  /** The row that this one is compared with, where there is one. */
  public Optional<Row> reference(Row row) {
    return rows.stream().filter(other -> other.label().equals(row.against())).findFirst();
  }
}
