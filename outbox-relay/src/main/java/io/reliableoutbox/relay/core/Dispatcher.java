package io.reliableoutbox.relay.core;

import java.util.List;
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
  private final Limits limits;
  private final RetryPolicy retryPolicy;
  private final Outcomes outcomes;
  private final Lanes lanes = new Lanes();
  private final Flights flights = new Flights();
  private final Refusals refusals = new Refusals();
  private final Blocks blocks = new Blocks();
  private final PendingMarks marks = new PendingMarks();
  private final Intake intake;
  private Leases leases = Leases.NONE;

  public Dispatcher(Limits limits, RetryPolicy retryPolicy, Outcomes outcomes) {
    this.limits = limits;
    this.retryPolicy = retryPolicy;
    this.outcomes = outcomes;
    this.intake = new Intake(limits, lanes, flights, refusals, blocks, marks);
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
    flights.keepSuspects(bucket -> now.continues(before, bucket));
    refusals.keep(bucket -> now.continues(before, bucket));
    blocks.keep(bucket -> now.continues(before, bucket));
    intake.leases(now);
  }

  /** Whether nothing of this bucket is with the broker or waits to be marked. */
  public boolean isQuiet(int bucket) {
    return !flights.hasAnyIn(bucket) && !refusals.concerns(bucket) && !marks.concern(bucket);
  }

  /** What comes in: which rows to look for and to load. */
  public Intake intake() {
    return intake;
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
    intake.searchAll();
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
    return blocks.all();
  }

  public boolean hasBlocks() {
    return !blocks.isEmpty();
  }

  /** All rows are blocked that were there, or the fence refused it for good. */
  public void blocked(Block block) {
    blocks.remove(block);
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
      lanes.enqueue(lane, flights.routeOf(next));
    } else {
      lanes.empty(lane);
    }
  }

  private void marked(Lane lane, OutboxRow row) {
    lane.marked(row);
    if (lanes.dropIfDone(lane) && lane.hasMore()) {
      intake.want(lane.aggregateKey, lane.bucket);
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
      blocks.add(new Block(row.aggregateKey(), row.bucket(), message.epoch));
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
