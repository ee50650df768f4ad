package io.reliableoutbox.relay.core;

import java.util.List;

/**
 * What comes into a {@link Dispatcher}: where to look for rows, which aggregates to load, and the
 * lanes that are made of them. Not thread-safe; the dispatcher's thread drives it.
 */
public final class Intake {
  // Of a single one nobody could tell whether it is the aggregate's last: it would be looked for
  // twice.
  private static final int LEAST_OF_EACH = 2;

  private final Limits limits;
  private final Lanes lanes;
  private final Flights flights;
  private final Refusals refusals;
  private final Blocks blocks;
  private final PendingMarks marks;
  private final Scans scans = new Scans();
  private Leases leases = Leases.NONE;
  private Leases loadingUnder = Leases.NONE;

  Intake(
      Limits limits,
      Lanes lanes,
      Flights flights,
      Refusals refusals,
      Blocks blocks,
      PendingMarks marks) {
    this.limits = limits;
    this.lanes = lanes;
    this.flights = flights;
    this.refusals = refusals;
    this.blocks = blocks;
    this.marks = marks;
  }

  void leases(Leases now) {
    Leases before = leases;
    leases = now;
    lanes.unwantIf(bucket -> !now.maySend(bucket));
    scans.cover(now.sendable(), now.sendableSince(before));
  }

  // ---- who has something to send

  /**
   * Whether it is time to look for rows: there are buckets to look through, and a window is ready
   * at the most. Fewer and larger searches cost less.
   */
  public boolean needsRows() {
    return !scans.isEmpty() && lanes.ready() <= limits.window() && !isFull();
  }

  /** Where to look for candidates now; empty while enough are known. */
  public List<Scans.Page> pages() {
    return lanes.wanted() >= limits.window() ? List.of() : scans.pages(limits.window());
  }

  /** How many due retries a search brings: a window of them, over however many buckets they are. */
  public int retries() {
    return Math.max(Scans.LEAST_ROWS, limits.window());
  }

  /**
   * What the search of {@code pages} found.
   *
   * @return whether there is more to be found at once
   */
  public boolean found(List<Scans.Page> pages, List<Candidate> candidates, long nowNanos) {
    boolean more = scans.read(pages, candidates);
    for (Refusals.Rest rest : refusals.takeRested(nowNanos)) {
      want(rest.aggregateKey(), rest.bucket());
    }
    for (Candidate candidate : candidates) {
      Lane lane = lanes.of(candidate.aggregateKey());
      if (lane != null) {
        lane.seen(candidate.position());
      } else {
        wantUnlessResting(candidate.aggregateKey(), candidate.bucket());
      }
    }
    return more;
  }

  /**
   * A writer says that this aggregate has something new. Returns false if so many are wanted that a
   * search has to find it: what hints name must leave room for what only a search finds.
   */
  public boolean hinted(NamedAggregate aggregate) {
    Lane lane = lanes.of(aggregate.aggregateKey());
    if (lane != null) {
      lane.moreToCome();
    } else if (lanes.wanted() < limits.window() / 2) {
      wantUnlessResting(aggregate.aggregateKey(), aggregate.bucket());
    } else {
      return false;
    }
    return true;
  }

  /** To be called about every tenth of a second: looks back for what was committed late. */
  public void tick() {
    scans.tick();
  }

  /** Searches that are asked for from now on need not look below what is certain by this. */
  public void reach(Reach now) {
    scans.reach(now);
  }

  /** Looks through everything again: an operator has made something sendable. */
  public void searchAll() {
    scans.restart();
  }

  // ---- what it has to send

  /**
   * Up to {@code atMost} aggregates whose first unsettled rows are wanted now, {@link #rowsEach} of
   * each. What is loaded must be handed over before this is called again.
   */
  public List<Long> toLoad(int atMost) {
    loadingUnder = leases;
    int room = limits.loadedRows() - rows();
    return lanes.takeWanted(Math.min(atMost, room > 1 ? room / LEAST_OF_EACH : room));
  }

  /**
   * How many rows of each of so many aggregates there is room for; few of many rather than many of
   * few.
   */
  public int rowsEach(int aggregates) {
    int room = (limits.loadedRows() - rows()) / Math.max(1, aggregates);
    return Math.min(limits.laneRows(), Math.max(LEAST_OF_EACH, room));
  }

  /**
   * The first rows of an aggregate that may be sent, without a gap; read in one snapshot.
   *
   * @param more whether further unsettled rows follow them
   */
  public void loaded(List<OutboxRow> rows, boolean more) {
    int bucket = rows.get(0).bucket();
    Lane lane = new Lane(rows, more);
    // Of a bucket that was away meanwhile the snapshot tells nothing.
    if (leases.maySend(bucket) && leases.continues(loadingUnder, bucket) && lanes.add(lane)) {
      lanes.enqueue(lane, flights.routeOf(rows.get(0)));
    }
  }

  /** An aggregate that {@link #toLoad} named, but that didn't fit any more. */
  public void postponed(long aggregateKey, int bucket) {
    want(aggregateKey, bucket);
  }

  /** An aggregate that {@link #toLoad} named, whose first unsettled row is parked. */
  public void parked(long aggregateKey, int bucket) {
    if (leases.maySend(bucket)) {
      blocks.add(new Block(aggregateKey, bucket, leases.epoch(bucket)));
    }
  }

  void want(long aggregateKey, int bucket) {
    if (leases.maySend(bucket)) {
      lanes.want(aggregateKey, bucket);
    }
  }

  private void wantUnlessResting(long aggregateKey, int bucket) {
    if (!refusals.isResting(aggregateKey)) {
      want(aggregateKey, bucket);
    }
  }

  private boolean isFull() {
    return rows() >= limits.loadedRows() || lanes.bytes() + marks.bytes() >= limits.loadedBytes();
  }

  // What is to be marked is still in memory: marks that can't be written stop the flow.
  private int rows() {
    return lanes.rows() + marks.size();
  }
}
