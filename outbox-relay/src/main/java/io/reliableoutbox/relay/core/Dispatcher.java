package io.reliableoutbox.relay.core;

import java.util.List;
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
  private final Lanes lanes = new Lanes();
  private final Flights flights = new Flights();
  private final Refusals refusals = new Refusals();
  private final Blocks blocks = new Blocks();
  private final PendingMarks marks = new PendingMarks();
  private final Intake intake;
  private final Answers answers;
  private Leases leases = Leases.NONE;

  public Dispatcher(Limits limits, RetryPolicy retryPolicy, Outcomes outcomes) {
    this.limits = limits;
    this.intake = new Intake(limits, lanes, flights, refusals, blocks, marks);
    this.answers =
        new Answers(retryPolicy, outcomes, lanes, flights, refusals, blocks, marks, intake);
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
    answers.leases(now);
  }

  /** Whether nothing of this bucket is with the broker or waits to be marked. */
  public boolean isQuiet(int bucket) {
    return !flights.hasAnyIn(bucket) && !refusals.concerns(bucket) && !marks.concern(bucket);
  }

  /** What comes in: which rows to look for and to load. */
  public Intake intake() {
    return intake;
  }

  /** What comes back: what the broker made of what was sent. */
  public Answers answers() {
    return answers;
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

  private void marked(Lane lane, OutboxRow row) {
    lane.marked(row);
    if (lanes.dropIfDone(lane) && lane.hasMore()) {
      intake.want(lane.aggregateKey, lane.bucket);
    }
  }
}
