package io.reliableoutbox.lab.scenario;

import io.reliableoutbox.lab.check.Findings;
import io.reliableoutbox.lab.check.Timeline;
import io.reliableoutbox.lab.check.Verdict;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.load.ClientRecord;
import io.reliableoutbox.lab.load.LoadGenerator;
import io.reliableoutbox.lab.load.OrderClient;
import io.reliableoutbox.lab.system.Console;
import io.reliableoutbox.lab.system.LabSystem;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One story on a running system, from its first line to its verdict. */
final class Performance {
  private final LabSystem system;
  private final Console console;
  private final double rate;

  Performance(LabSystem system, Console console, double rate) {
    this.system = system;
    this.console = console;
    this.rate = rate;
  }

  Outcome of(Scenario scenario) {
    var script = new Script(console);
    script.blank();
    script.verbatim("== " + scenario.name() + " ==");
    script.paragraph("Hypothesis", scenario.hypothesis());
    long begin = System.nanoTime();
    var before = Totals.of(system);
    var record = system.folder().resolve("acknowledged.csv");
    var load = new LoadGenerator(new OrderClient(system.orderUrl()), new ClientRecord(record));
    try (var lookout = new Lookout(system, script, load, before)) {
      var stage = new Stage(system, script, load, lookout, rate);
      play(scenario, stage);
      var findings = judged(before, record, stage);
      var verdict =
          new Verdict(
              load.counts(),
              findings,
              stage.drained(),
              system.deaths() - before.deaths(),
              lookout.duplicates(),
              system.mail().counts().repeated() - before.mailsRepeated(),
              List.copyOf(stage.broken()));
      var outcome = outcome(scenario, begin, verdict, stage, lookout);
      script.blank();
      verdict.violations().lines().forEach(script::verbatim);
      return outcome;
    }
  }

  private static void play(Scenario scenario, Stage stage) {
    attempt(stage, () -> scenario.play(stage));
    attempt(stage, stage::heal);
    // A story may have waited already, with less patience.
    if (!stage.waitedForDrain()) {
      stage.drain();
    }
  }

  private static void attempt(Stage stage, Runnable part) {
    try {
      part.run();
    } catch (InfrastructureException e) {
      // Above all a fault that did not take place: without it the story proves nothing.
      stage.giveUp(String.valueOf(e.getMessage()));
    }
  }

  private Findings judged(Totals before, Path record, Stage stage) {
    try {
      return above(before, new Judgement(system).of(record));
    } catch (InfrastructureException e) {
      // No verdict: a FAIL, and the next story can still be played.
      stage.giveUp(String.valueOf(e.getMessage()));
      return Findings.NOTHING;
    }
  }

  private Outcome outcome(
      Scenario scenario, long begin, Verdict verdict, Stage stage, Lookout lookout) {
    return new Outcome(
        scenario.name(),
        scenario.text(),
        system.label(),
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin),
        verdict,
        new Timeline(
            lookout.samples().stream().filter(Sample::whole).map(Sample::forTimeline).toList(),
            stage.windows()),
        scenario.mustFail());
  }

  /** The sets are those of the whole system; what is only counted is counted from here on. */
  private static Findings above(Totals before, Findings all) {
    return new Findings(
        all.lost(),
        all.unexpected(),
        all.duplicateEffects(),
        all.outOfOrder(),
        all.undelivered(),
        all.wronglyParked(),
        all.leftOver(),
        all.published() - before.published(),
        all.effects() - before.effects());
  }
}
