package io.reliableoutbox.relay.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The searches of all buckets that are leased; each bucket gets the same share of every round. */
public final class Scans {
  static final int LEAST_ROWS = 16;

  /**
   * A piece of a bucket to look through.
   *
   * @param from lowest position
   * @param rows how many candidates at the most
   * @param tail whether it belongs to the tail; else to a look back
   * @param floor position below which nothing could be committed any more before it was read
   */
  public record Page(int bucket, long from, int rows, boolean tail, long floor) {}

  private final Map<Integer, BucketScan> scans = new HashMap<>();
  private final Floor floor = new Floor();
  private boolean restarted;

  /** Searches these buckets; those that are not {@code known} are searched from their beginning. */
  void cover(Set<Integer> buckets, Set<Integer> known) {
    scans.keySet().retainAll(known);
    scans.keySet().retainAll(buckets);
    buckets.forEach(bucket -> scans.computeIfAbsent(bucket, BucketScan::new));
  }

  boolean isEmpty() {
    return scans.isEmpty();
  }

  List<Page> pages(int rowsTogether) {
    restarted = false;
    int rows = Math.max(LEAST_ROWS, rowsTogether / Math.max(1, scans.size()));
    List<Page> pages = new ArrayList<>();
    scans.forEach(
        (bucket, scan) -> {
          pages.add(new Page(bucket, scan.tail(), rows, true, floor.position()));
          if (scan.isLookingBack()) {
            pages.add(new Page(bucket, scan.lookBack(), rows, false, floor.position()));
          }
        });
    return pages;
  }

  /** Moves on behind what was found; says whether a tail has more to be read at once. */
  boolean read(List<Page> pages, List<Candidate> candidates) {
    int[] counts = new int[pages.size()];
    long[] first = new long[pages.size()];
    Arrays.fill(first, Long.MAX_VALUE);
    long[] last = new long[pages.size()];
    for (Candidate candidate : candidates) {
      if (candidate.page() != Candidate.RETRY) {
        counts[candidate.page()]++;
        first[candidate.page()] = Math.min(first[candidate.page()], candidate.position());
        last[candidate.page()] = Math.max(last[candidate.page()], candidate.position());
      }
    }
    boolean more = false;
    for (int n = 0; n < counts.length; n++) {
      more |= read(pages.get(n), first[n], last[n], counts[n] >= pages.get(n).rows());
    }
    return more;
  }

  private boolean read(Page page, long first, long last, boolean full) {
    BucketScan scan = scans.get(page.bucket());
    if (scan == null) {
      return false;
    }
    if (page.tail() && (restarted || page.from() != scan.tail())) {
      // It was told meanwhile to begin anew.
      return true;
    }
    if (!restarted) {
      scan.read(page.from(), first, page.floor());
    }
    if (page.tail()) {
      scan.tailRead(last, full);
    } else {
      scan.lookBackRead(last, full);
    }
    return page.tail() && full;
  }

  void reach(Reach now) {
    if (!floor.read(now)) {
      scans.replaceAll((bucket, scan) -> new BucketScan(bucket));
      restarted = true;
    }
  }

  void tick() {
    scans.values().forEach(BucketScan::tick);
  }

  void restart() {
    restarted = true;
    scans.values().forEach(BucketScan::restart);
  }
}
