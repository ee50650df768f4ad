package io.reliableoutbox.lab.scenario;

import io.reliableoutbox.lab.check.Timeline;
import io.reliableoutbox.lab.check.Verdict;
import java.util.List;

/**
 * How a story ended.
 *
 * @param broken what the story claimed and did not hold, beside what the verdict says
 * @param mustFail whether it is one that has to lose something
 */
public record Outcome(
    String scenario,
    String hypothesis,
    String system,
    long seconds,
    Verdict verdict,
    List<String> broken,
    Timeline timeline,
    boolean mustFail) {

  public boolean passed() {
    return verdict.passed() && broken.isEmpty();
  }

  /** Whether it passed, or lost something where it must. */
  public boolean asHoped() {
    return mustFail ? verdict.findings().misses() : passed();
  }

  /** The story's last line. */
  public String line() {
    return passed() ? verdict.line() : verdict.line().replaceFirst("PASS", "FAIL");
  }
}
