package io.reliableoutbox.relay.core;

import java.time.Duration;
import java.util.List;

/**
 * When to look for rows: at a hint that names nobody, as long as there is more to be found, and
 * once every poll interval. The ticks, which look back for what was committed late, keep to it.
 */
public final class SearchPace {
  private static final long TICK_NANOS = 100_000_000L;
  private static final long REACH_NANOS = 1_000_000_000L;
  private final Intake intake;
  private final long pollNanos;
  private boolean more = true;
  private long tickedAt;
  private long foundAt;
  private long reachAt;

  public SearchPace(Intake intake, Duration pollInterval, long nowNanos) {
    this.intake = intake;
    this.pollNanos = pollInterval.toNanos();
    this.tickedAt = nowNanos;
    this.foundAt = nowNanos;
    this.reachAt = nowNanos - REACH_NANOS;
  }

  public boolean isDue(boolean hinted, long nowNanos) {
    return hinted || more || nowNanos - foundAt >= pollNanos;
  }

  /**
   * Where to look now; empty while enough is known. A search that fails is due again at once.
   *
   * @param sweep whether to look through everything again: an operator made something sendable
   */
  public List<Scans.Page> begin(boolean sweep, long nowNanos) {
    if (nowNanos - tickedAt >= TICK_NANOS) {
      intake.tick();
      tickedAt = nowNanos;
    }
    if (sweep) {
      intake.searchAll();
    }
    List<Scans.Page> pages = intake.pages();
    more |= !pages.isEmpty();
    return pages;
  }

  /** Whether the outbox's reach is to be read too, after the search that begins now. */
  public boolean wantsReach(long nowNanos) {
    boolean wanted = nowNanos - reachAt >= REACH_NANOS;
    reachAt = wanted ? nowNanos : reachAt;
    return wanted;
  }

  /** What was read. */
  public void reached(Reach reach) {
    intake.reach(reach);
  }

  /** What the search that began at {@code nowNanos} found. */
  public void found(List<Scans.Page> pages, List<Candidate> candidates, long nowNanos) {
    more = intake.found(pages, candidates, nowNanos);
    foundAt = nowNanos;
  }
}
