package io.reliableoutbox.relay.core;

import java.util.UUID;

/**
 * What comes back to a {@link Dispatcher} from the broker, and what each answer means for the row
 * and its aggregate: a row is published only by its own ack without a return. Not thread-safe; the
 * dispatcher's thread drives it.
 */
public final class Answers {
  private final RetryPolicy retryPolicy;
  private final Outcomes outcomes;
  private final Lanes lanes;
  private final Flights flights;
  private final Refusals refusals;
  private final Blocks blocks;
  private final PendingMarks marks;
  private final Intake intake;
  private Leases leases = Leases.NONE;

  Answers(
      RetryPolicy retryPolicy,
      Outcomes outcomes,
      Lanes lanes,
      Flights flights,
      Refusals refusals,
      Blocks blocks,
      PendingMarks marks,
      Intake intake) {
    this.retryPolicy = retryPolicy;
    this.outcomes = outcomes;
    this.lanes = lanes;
    this.flights = flights;
    this.refusals = refusals;
    this.blocks = blocks;
    this.marks = marks;
    this.intake = intake;
  }

  void leases(Leases now) {
    leases = now;
  }

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
