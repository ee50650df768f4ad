package io.reliableoutbox.relay.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The searches of all buckets that are leased; each bucket gets the same share of every round. */
public final class Scans {
  private static final int LEAST_ROWS = 16;

  /**
   * A piece of a bucket to look through.
   *
   * @param from lowest position
   * @param rows how many candidates at the most
   */
  public record Page(int bucket, long from, int rows) {}

  private final Map<Integer, BucketScan> scans = new HashMap<>();

  void cover(Set<Integer> buckets) {
    scans.keySet().retainAll(buckets);
    buckets.forEach(bucket -> scans.computeIfAbsent(bucket, b -> new BucketScan()));
  }

  List<Page> pages(int rowsTogether) {
    int rows = Math.max(LEAST_ROWS, rowsTogether / Math.max(1, scans.size()));
    return scans.entrySet().stream()
        .map(scan -> new Page(scan.getKey(), scan.getValue().from(), rows))
        .toList();
  }

  void read(List<Page> pages, List<Candidate> candidates) {
    Map<Integer, Integer> counts = new HashMap<>();
    Map<Integer, Long> last = new HashMap<>();
    for (Candidate candidate : candidates) {
      counts.merge(candidate.bucket(), 1, Integer::sum);
      last.merge(candidate.bucket(), candidate.position(), Math::max);
    }
    for (Page page : pages) {
      BucketScan scan = scans.get(page.bucket());
      if (scan != null) {
        boolean full = counts.getOrDefault(page.bucket(), 0) >= page.rows();
        scan.read(last.getOrDefault(page.bucket(), 0L), full);
      }
    }
  }

  void sweep() {
    scans.values().forEach(BucketScan::sweep);
  }

  void restart() {
    scans.values().forEach(BucketScan::restart);
  }
}
