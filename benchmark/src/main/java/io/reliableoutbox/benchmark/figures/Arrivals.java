package io.reliableoutbox.benchmark.figures;

import java.util.ArrayList;
import java.util.List;

/**
 * How many messages had arrived when: a curve made of samples, between which it is taken as
 * straight. Not thread-safe.
 */
public final class Arrivals {
  /** Time in nanoseconds, on any clock, and the number that had arrived by then. */
  public record Sample(long nanos, long count) {}

  private final long total;
  private final List<Sample> samples = new ArrayList<>();

  /** Of {@code total} messages in the end. */
  public Arrivals(long total) {
    this.total = total;
  }

  /** The next sample; times ascend. */
  public void add(long nanos, long count) {
    samples.add(new Sample(nanos, count));
  }

  /**
   * Messages a second, from the moment at which the first part had arrived to that of the other.
   */
  public double rate(double from, double to) {
    return (to - from) * total * 1e9 / (reached(to * total) - reached(from * total));
  }

  /** Messages a second from the last sample without any to the first with all of them. */
  public double wholeRate() {
    return rate(0, 1);
  }

  /** Messages a second from the first sample to that of the last arrival. */
  public double rateUntilLast() {
    var first = samples.get(0);
    var last = first;
    for (var sample : samples) {
      last = sample.count() > last.count() ? sample : last;
    }
    return (last.count() - first.count()) * 1e9 / Math.max(1, last.nanos() - first.nanos());
  }

  /** When so many had arrived. */
  public double reached(double count) {
    for (int n = 1; n < samples.size(); n++) {
      var before = samples.get(n - 1);
      var after = samples.get(n);
      if (after.count() >= count && after.count() > before.count()) {
        double share = (count - before.count()) / (after.count() - before.count());
        return before.nanos() + share * (after.nanos() - before.nanos());
      }
    }
    throw new IllegalStateException("%.0f of %d never arrived".formatted(count, total));
  }
}
