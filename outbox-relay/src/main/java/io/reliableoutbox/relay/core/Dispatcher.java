package io.reliableoutbox.relay.core;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a relay sends and what it marks. Guarantees: of each aggregate at most one message
 * is unconfirmed, and none is sent while an earlier unsettled one is known in the same snapshot; a
 * row is marked published only after its own ack without a return; nothing is sent for a bucket
 * that is not leased. It does not guarantee that a message is sent once: what it doesn't know the
 * outcome of, it sends again.
 *
 * <p>Not thread-safe; one thread drives it.
 */
public final class Dispatcher {
  // Of a single one nobody could tell whether it is the aggregate's last: it would be looked for
  // twice.
  private static final int LEAST_OF_EACH = 2;

  private final Limits limits;
  private final RetryPolicy retryPolicy;
  private final Outcomes outcomes;
  private final Lanes lanes = new Lanes();
  private final Scans scans = new Scans();
  private final Flights flights = new Flights();
  private final Refusals refusals = new Refusals();
  private final Map<Long, Block> blocks = new LinkedHashMap<>();
  private final PendingMarks marks = new PendingMarks();
  private Leases leases = Leases.NONE;
  private Leases loadingUnder = Leases.NONE;

  public Dispatcher(Limits limits, RetryPolicy retryPolicy, Outcomes outcomes) {
    this.limits = limits;
    this.retryPolicy = retryPolicy;
    this.outcomes = outcomes;
  }

  // ---- what may be worked on

  /** A new view of the leases: what is no longer leased is forgotten, what is new is searched. */
  public void leases(Leases now) {
    if (now.equals(leases)) {
      return;
    }
    Leases before = leases;
    leases = now;
    lanes.dropIf(lane -> !now.continues(before, lane.bucket));
    lanes.emptyIf(lane -> !now.maySend(lane.bucket) && !lane.isHeadInFlight());
    lanes.unwantIf(bucket -> !now.maySend(bucket));
    flights.keepSuspects(bucket -> now.continues(before, bucket));
    refusals.keep(bucket -> now.continues(before, bucket));
    blocks.values().removeIf(block -> !now.continues(before, block.bucket()));
    scans.cover(now.sendable(), now.sendableSince(before));
  }

  /** Whether nothing of this bucket is with the broker or waits to be marked. */
  public boolean isQuiet(int bucket) {
    return !flights.hasAnyIn(bucket) && !refusals.concerns(bucket) && !marks.concern(bucket);
  }

  // ---- finding and loading

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
      } else if (!refusals.isResting(candidate.aggregateKey())) {
        want(candidate.aggregateKey(), candidate.bucket());
      }
    }
    return more;
  }

  /** To be called about every tenth of a second: looks back for what was committed late. */
  public void tick() {
    scans.tick();
  }

  /** Looks through everything again: an operator has made something sendable. */
  public void searchAll() {
    scans.restart();
  }

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
      enqueue(lane, rows.get(0));
    }
  }

  /** An aggregate that {@link #toLoad} named, but that didn't fit any more. */
  public void postponed(long aggregateKey, int bucket) {
    want(aggregateKey, bucket);
  }

  /** An aggregate that {@link #toLoad} named, whose first unsettled row is parked. */
  public void parked(long aggregateKey, int bucket) {
    if (leases.maySend(bucket)) {
      blocks.put(aggregateKey, new Block(aggregateKey, bucket, leases.epoch(bucket)));
    }
  }

  // ---- sending

  /** The next row to send, or null: nothing to send, window full, lease over, or held back. */
  public @Nullable OutboxRow next(Route route, long nowNanos) {
    if (leases.areOver(nowNanos)
        || flights.size(route) >= window(route)
        || refusals.holdBack(nowNanos)) {
      return null;
    }
    Lane lane = lanes.first(route);
    return lane == null ? null : lane.head();
  }

  /** What {@link #next} named goes out under {@code sequence}; called before it is published. */
  public void sending(Route route, OutboxRow row, long sequence, long nowNanos) {
    lanes.takeFirst(route).sent();
    flights.sent(route, row, sequence, leases.epoch(row.bucket()), nowNanos);
  }

  // ---- answers of the broker

  public void acked(Route route, long sequence, boolean multiple, long nowNanos) {
    for (InFlight message : flights.answered(route, sequence, multiple)) {
      if (message.returned == null) {
        outcomes.confirmed(nowNanos - message.sentAtNanos);
        confirmed(message);
      } else {
        returned(message, message.returned);
      }
    }
    judge(nowNanos);
  }

  public void nacked(Route route, long sequence, boolean multiple, long nowNanos) {
    for (InFlight message : flights.answered(route, sequence, multiple)) {
      if (message.returned == null) {
        outcomes.nacked();
        refusals.refused(message, "nack by the broker");
      } else {
        returned(message, message.returned);
      }
    }
    judge(nowNanos);
  }

  /** Comes before the ack of the same message; that ack then settles nothing. */
  public void returned(Route route, UUID messageId, String reason) {
    flights.returned(route, messageId, reason);
  }

  /**
   * The channels are gone: what was in flight has an unknown outcome and is sent again.
   *
   * @param suspicious whether the broker closed the pipeline's channel because of a message on it,
   *     without saying which: they are sent one at a time
   */
  public void channelsLost(boolean suspicious) {
    outcomes.unknown(flights.size());
    flights.lost(suspicious);
    refusals.channelLost();
    lanes.clear();
    scans.restart();
  }

  /**
   * The broker closed the channel for single messages because something may not be written: the one
   * that was on it, or anything at all. Which of both, other messages show.
   */
  public void forbidden(String reason, long nowNanos) {
    for (InFlight message : flights.lostAlone()) {
      outcomes.closedChannel();
      refusals.refused(message, reason);
    }
    judge(nowNanos);
  }

  /** The broker closed the channel for single messages because of the one that was on it. */
  public void closedByMessage(String reason, long nowNanos) {
    for (InFlight message : flights.lostAlone()) {
      outcomes.closedChannel();
      refuse(message, reason);
    }
    // It may have been the last one that other refusals waited for.
    judge(nowNanos);
  }

  // ---- marks

  /** What is to be written, in order; not forgotten before {@link #marked}. */
  public List<Mark> marks() {
    return marks.all();
  }

  public boolean hasMarks() {
    return marks.size() > 0;
  }

  /** Whether there are enough marks for a statement of their own. */
  public boolean hasManyMarks() {
    return marks.size() >= limits.window() / 2;
  }

  /** The given marks are written, or their fence refused them for good. */
  public void marked(List<Mark> written) {
    marks.remove(written);
    for (Mark mark : written) {
      Lane lane = lanes.of(mark.row().aggregateKey());
      if (lane != null) {
        marked(lane, mark.row());
      }
    }
  }

  /** Aggregates whose rows behind a parked one are to be blocked; see {@link #blocked}. */
  public List<Block> blocks() {
    return List.copyOf(blocks.values());
  }

  public boolean hasBlocks() {
    return !blocks.isEmpty();
  }

  /** All rows are blocked that were there, or the fence refused it for good. */
  public void blocked(Block block) {
    blocks.remove(block.aggregateKey(), block);
  }

  // ---- state, for health, metrics and timeouts

  public int inFlight() {
    return flights.size();
  }

  public boolean isOutage() {
    return refusals.isOutage();
  }

  /** Monotonic time at which the oldest unconfirmed message was sent, or {@link Long#MAX_VALUE}. */
  public long oldestSentAtNanos() {
    return flights.oldestSentAtNanos();
  }

  private int window(Route route) {
    if (route == Route.ALONE) {
      return 1;
    }
    return refusals.isOutage() ? Math.min(Refusals.ENOUGH, limits.window()) : limits.window();
  }

  private boolean isFull() {
    return rows() >= limits.loadedRows() || lanes.bytes() + marks.bytes() >= limits.loadedBytes();
  }

  // What is to be marked is still in memory: marks that can't be written stop the flow.
  private int rows() {
    return lanes.rows() + marks.size();
  }

  private void want(long aggregateKey, int bucket) {
    if (leases.maySend(bucket)) {
      lanes.want(aggregateKey, bucket);
    }
  }

  private void enqueue(Lane lane, OutboxRow head) {
    lanes.enqueue(lane, flights.routeOf(head));
  }

  private void confirmed(InFlight message) {
    refusals.confirmed(message);
    marks.add(new Mark.Published(message.row, message.epoch));
    Lane lane = lanes.of(message.row.aggregateKey());
    if (lane == null || !lane.holds(message.row)) {
      return;
    }
    lanes.settleHead(lane, message.row);
    OutboxRow next = lane.head();
    if (next == null) {
      return;
    }
    if (leases.maySend(lane.bucket)) {
      enqueue(lane, next);
    } else {
      lanes.empty(lane);
    }
  }

  private void marked(Lane lane, OutboxRow row) {
    lane.marked(row);
    if (lanes.dropIfDone(lane) && lane.hasMore()) {
      want(lane.aggregateKey, lane.bucket);
    }
  }

  private void returned(InFlight message, String reason) {
    outcomes.returned();
    refusals.refused(message, reason);
  }

  private void judge(long nowNanos) {
    for (Refusals.Refusal own : refusals.takeOwn()) {
      refuse(own.message(), own.reason());
    }
    if (flights.size() == 0) {
      refusals.takeOutage(nowNanos).forEach(refusal -> emptyLaneOf(refusal.message().row));
    }
  }

  private void refuse(InFlight message, String reason) {
    OutboxRow row = message.row;
    Mark mark = retryPolicy.judge(row, message.epoch, reason);
    marks.add(mark);
    settleLaneOf(row);
    if (mark instanceof Mark.Park) {
      blocks.put(row.aggregateKey(), new Block(row.aggregateKey(), row.bucket(), message.epoch));
    }
  }

  // What stands behind a refused row waits with it.
  private void settleLaneOf(OutboxRow row) {
    Lane lane = lanes.of(row.aggregateKey());
    if (lane != null && lane.holds(row)) {
      lanes.settleHead(lane, row);
      lanes.empty(lane);
    }
  }

  private void emptyLaneOf(OutboxRow row) {
    Lane lane = lanes.of(row.aggregateKey());
    if (lane != null && lane.holds(row)) {
      lanes.empty(lane);
    }
  }
}
