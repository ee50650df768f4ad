package io.reliableoutbox.consumer.inbox;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What becomes of a batch, decided without I/O or a clock: which events have their turn, which wait
 * for an earlier version, which are retried or parked. It holds for as long as the progress that it
 * was made from is locked.
 *
 * @param decisions in the order in which effects and numbers are to be given
 * @param advanced the aggregates that moved on, each with its last settled version
 */
record Plan<T>(List<Decision<T>> decisions, Map<AggregateKey, Long> advanced) {

  /**
   * Decides on candidates that were neither applied nor held before.
   *
   * @param progress the last settled version of every aggregate that occurs
   */
  static <T> Plan<T> of(
      List<Candidate<T>> candidates, Map<AggregateKey, Long> progress, RetryDelays delays) {
    Map<AggregateKey, Long> settled = new HashMap<>(progress);
    Map<AggregateKey, Long> advanced = new TreeMap<>();
    List<Decision<T>> decisions = new ArrayList<>();
    for (Candidate<T> candidate : candidates.stream().sorted(Candidate.byHistory()).toList()) {
      AggregateKey aggregate = candidate.event().aggregate();
      long before = settled.getOrDefault(aggregate, 0L);
      var decision = new Decision<>(candidate, verdict(candidate, before, delays));
      decisions.add(decision);
      Long version = candidate.event().version();
      if (version != null && decision.settles()) {
        settled.put(aggregate, version);
        advanced.put(aggregate, version);
      }
    }
    return new Plan<>(decisions, advanced);
  }

  private static <T> Verdict verdict(Candidate<T> candidate, long settled, RetryDelays delays) {
    Long version = candidate.event().version();
    if (version != null && version <= settled) {
      return new Verdict.Park(
          ParkReason.STALE,
          "version " + version + " is unknown here, but " + settled + " is settled");
    }
    if (candidate.failure() instanceof Failure.GivenUp failure) {
      return new Verdict.Park(ParkReason.DELIVERY_LIMIT, failure.message());
    }
    if (candidate.failure() instanceof Failure.Forgotten failure) {
      return new Verdict.Park(ParkReason.BEYOND_HORIZON, failure.message());
    }
    if (candidate.failure() instanceof Failure.Permanent failure) {
      return new Verdict.Park(ParkReason.PERMANENT, failure.message());
    }
    if (version != null && version > settled + 1) {
      return new Verdict.Hold();
    }
    if (candidate.failure() instanceof Failure.Passing failure) {
      return delays.after(candidate.attempts(), failure);
    }
    return candidate.event().skipped() ? new Verdict.Skip() : new Verdict.Apply();
  }

  /** What the effect is to apply, in order. */
  List<T> changes() {
    return decisions.stream()
        .filter(Decision::applies)
        .map(decision -> Objects.requireNonNull(decision.candidate().change()))
        .toList();
  }
}
