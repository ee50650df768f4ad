package io.reliableoutbox.lab.scenario;

import io.reliableoutbox.lab.check.Findings;
import io.reliableoutbox.lab.check.Timeline;
import io.reliableoutbox.lab.check.Verdict;
import io.reliableoutbox.lab.load.ClientRecord;
import java.util.List;

/**
 * How a story ended.
 *
 * @param mustFail whether it is one that has to lose something
 */
public record Outcome(
    String scenario,
    String hypothesis,
    String system,
    long seconds,
    Verdict verdict,
    Timeline timeline,
    boolean mustFail) {

  public boolean passed() {
    return verdict.passed();
  }

  /** There was nothing to see: a FAIL, also where it had to fail. */
  static Outcome notPlayed(Scenario scenario, String why) {
    var verdict =
        new Verdict(
            new ClientRecord.Counts(0, 0, 0, 0, 0, 0),
            Findings.NOTHING,
            false,
            0,
            0,
            0,
            List.of("it was not played: " + why));
    return new Outcome(
        scenario.name(),
        scenario.text(),
        "",
        0,
        verdict,
        new Timeline(List.of(), List.of()),
        scenario.mustFail());
  }

  /** What the story claimed and did not hold. */
  public List<String> broken() {
    return verdict.broken();
  }

  /** Whether it passed; where it must lose something, whether it did, by the faults it tells of. */
  public boolean asHoped() {
    return mustFail ? verdict.findings().misses() && broken().isEmpty() : passed();
  }

  /** The story's last line. */
  public String line() {
    return verdict.line();
  }
}
