package io.reliableoutbox.lab.scenario;

import io.reliableoutbox.lab.system.Console;
import java.util.ArrayList;
import java.util.List;

/** How a story looks on a terminal: a word at the left, text beside it. */
final class Script {
  private static final int MARGIN = 14;
  private static final int WIDTH = 100;
  private static final int WIDEST = 70;
  private final Console console;
  private boolean inTable;

  Script(Console console) {
    this.console = console;
  }

  /** A paragraph, wrapped. */
  void paragraph(String word, String text) {
    var head = word.isEmpty() ? "" : word + ":";
    for (var line : wrapped(text)) {
      line(head, line);
      head = "";
    }
  }

  /** A paragraph with which something new begins. */
  void chapter(String word, String text) {
    blank();
    paragraph(word, text);
  }

  void blank() {
    verbatim("");
  }

  void verbatim(String line) {
    inTable = false;
    console.say(line);
  }

  /** A line of the table of samples, under its heading. */
  void sample(Sample sample) {
    if (!inTable) {
      console.say(Sample.HEADING);
    }
    inTable = true;
    console.say(sample.line());
  }

  /** The query, and what it gives. */
  void query(String sql, List<List<String>> rows) {
    var head = "Look:";
    for (var line : sql.strip().lines().toList()) {
      line(head, line);
      head = "";
    }
    table(rows).forEach(line -> line("", line));
  }

  private void line(String head, String text) {
    verbatim(("%-" + MARGIN + "s%s").formatted(head, text).stripTrailing());
  }

  private static List<String> wrapped(String text) {
    var lines = new ArrayList<String>();
    var line = new StringBuilder();
    for (var word : text.strip().split("\\s+", -1)) {
      if (line.length() + word.length() >= WIDTH - MARGIN && !line.isEmpty()) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private static List<String> table(List<List<String>> answer) {
    var rows = answer.stream().map(row -> row.stream().map(Script::cell).toList()).toList();
    var widths = new int[rows.get(0).size()];
    for (var row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    return rows.stream().map(row -> "  " + cells(row, widths)).toList();
  }

  private static String cell(String text) {
    return text.length() <= WIDEST ? text : text.substring(0, WIDEST) + "...";
  }

  private static String cells(List<String> row, int[] widths) {
    var text = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      text.append(("%-" + (widths[column] + 3) + "s").formatted(row.get(column)));
    }
    return text.toString().stripTrailing();
  }
}
