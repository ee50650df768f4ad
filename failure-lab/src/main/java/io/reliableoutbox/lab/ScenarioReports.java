package io.reliableoutbox.lab;

import io.reliableoutbox.lab.check.Report;
import io.reliableoutbox.lab.scenario.Outcome;
import io.reliableoutbox.lab.scenario.Programme;
import io.reliableoutbox.lab.system.Console;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code --report} writes: JSON and a page for each story. With several stories the file's
 * name gets that of the story: {@code report-broker-down.json}.
 */
record ScenarioReports(Programme programme) {
  void write(Path file, Console console) {
    boolean several = programme.outcomes().size() > 1;
    console.say("");
    for (var outcome : programme.outcomes()) {
      var page = report(outcome).write(several ? named(file, outcome.scenario()) : file);
      console.say("Report:      " + page);
    }
  }

  private static Report report(Outcome outcome) {
    List<String> notes = new ArrayList<>();
    notes.add(outcome.hypothesis());
    if (outcome.mustFail()) {
      notes.add("It must end with FAIL" + (outcome.asHoped() ? ", and did." : "."));
    }
    outcome.broken().forEach(claim -> notes.add("Broken: " + claim));
    return new Report(
        "./run scenario " + outcome.scenario(),
        outcome.system(),
        outcome.verdict(),
        outcome.timeline(),
        notes);
  }

  private static Path named(Path file, String story) {
    var name = String.valueOf(file.getFileName()).replaceFirst("\\.json$", "");
    return file.resolveSibling(name + "-" + story + ".json");
  }
}
