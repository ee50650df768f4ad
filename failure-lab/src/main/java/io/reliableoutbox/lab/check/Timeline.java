package io.reliableoutbox.lab.check;

import java.util.List;

/** What was seen over the time of a run, and what was broken meanwhile. */
public record Timeline(List<Sample> samples, List<FaultWindow> faults) {
  /**
   * One look; all but the backlog count from the start.
   *
   * @param atMillis from the start of the run
   * @param acknowledged orders and changes of which the client knows that they are committed
   * @param backlog outbox rows that wait
   * @param effects of all consumers together
   */
  public record Sample(long atMillis, long acknowledged, long backlog, long effects) {}

  long lastMillis() {
    return samples.isEmpty() ? 1 : samples.get(samples.size() - 1).atMillis();
  }
}
