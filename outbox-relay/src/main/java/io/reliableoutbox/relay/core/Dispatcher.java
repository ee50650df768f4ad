package io.reliableoutbox.relay.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
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
  private final Limits limits;
  private final RetryPolicy retryPolicy;
  private final Map<Long, Lane> lanes = new HashMap<>();
  private final ArrayDeque<Lane> ready = new ArrayDeque<>();
  private final LinkedHashMap<Long, Integer> wanted = new LinkedHashMap<>();
  private final Refusals refusals = new Refusals();
  private final Scans scans = new Scans();
  private ConfirmTracker tracker = new ConfirmTracker();
  private List<Mark> marks = new ArrayList<>();
  private Leases leases = Leases.NONE;
  private int loadedRows;
  private long loadedBytes;

  public Dispatcher(Limits limits, RetryPolicy retryPolicy) {
    this.limits = limits;
    this.retryPolicy = retryPolicy;
  }

  // ---- what may be worked on

  /** A new view of the leases: what is no longer leased is forgotten, what is new is searched. */
  public void leases(Leases now) {
    Leases before = leases;
    leases = now;
    scans.cover(now.epochs().keySet());
    List.copyOf(lanes.values()).stream()
        .filter(
            lane ->
                !leases.continues(before, lane.bucket)
                    || (!leases.maySend(lane.bucket) && !lane.isHeadInFlight()))
        .forEach(this::drop);
    wanted.values().removeIf(bucket -> !leases.maySend(bucket));
  }

  /** Whether nothing of this bucket is with the broker or waits to be marked. */
  public boolean isQuiet(int bucket) {
    return !tracker.hasAnyIn(bucket)
        && !refusals.concerns(bucket)
        && marks.stream().noneMatch(mark -> mark.row().bucket() == bucket);
  }

  // ---- finding and loading

  /** Where to look for candidates now; empty while there is enough to do. */
  public List<Scans.Page> pages() {
    boolean busy = wanted.size() >= limits.window() || isFull();
    return busy ? List.of() : scans.pages(limits.window());
  }

  /**
   * What the search of {@code pages} found.
   *
   * @return whether there is more to be found at once
   */
  public boolean found(List<Scans.Page> pages, List<Candidate> candidates, long nowNanos) {
    boolean more = scans.read(pages, candidates);
    refusals.endRests(nowNanos);
    for (Candidate candidate : candidates) {
      Lane lane = lanes.get(candidate.aggregateKey());
      if (lane != null) {
        lane.seen(candidate.position());
      } else if (!refusals.isResting(candidate.aggregateKey())) {
        wanted.put(candidate.aggregateKey(), candidate.bucket());
      }
    }
    return more;
  }

  /** Looks again from the start of every bucket: late commits, retries that are due, replays. */
  public void sweep() {
    scans.sweep();
  }

  /** Aggregates whose first unsettled rows are wanted now, {@link Limits#laneRows} each. */
  public List<Long> toLoad() {
    if (isFull()) {
      return List.of();
    }
    List<Long> keys = new ArrayList<>();
    for (Iterator<Long> next = wanted.keySet().iterator();
        next.hasNext() && keys.size() < limits.loadedRows() - loadedRows; ) {
      keys.add(next.next());
      next.remove();
    }
    return keys;
  }

  /**
   * The first rows of an aggregate that may be sent, without a gap; read in one snapshot.
   *
   * @param more whether further unsettled rows follow them
   */
  public void loaded(List<OutboxRow> rows, boolean more) {
    Lane lane = new Lane(rows, more);
    if (leases.maySend(lane.bucket) && lanes.putIfAbsent(lane.aggregateKey, lane) == null) {
      rows.forEach(this::count);
      ready.add(lane);
    }
  }

  /** An aggregate that {@link #toLoad} named, but that didn't fit any more. */
  public void postponed(long aggregateKey, int bucket) {
    wanted.put(aggregateKey, bucket);
  }

  // ---- sending

  /** The next row to send, or null: nothing to send, window full, lease over, or held back. */
  public @Nullable OutboxRow next(long nowNanos) {
    int window = refusals.isOutage() ? Math.min(Refusals.ENOUGH, limits.window()) : limits.window();
    if (leases.areOver(nowNanos) || tracker.size() >= window || refusals.holdBack(nowNanos)) {
      return null;
    }
    Lane lane = ready.peekFirst();
    while (lane != null && lanes.get(lane.aggregateKey) != lane) {
      ready.removeFirst();
      lane = ready.peekFirst();
    }
    return lane == null ? null : lane.head();
  }

  /** What {@link #next} named goes out under {@code sequence}; called before it is published. */
  public void sending(OutboxRow row, long sequence, long nowNanos) {
    Lane lane = ready.removeFirst();
    lane.sent();
    tracker.sent(
        new InFlight(row, sequence, leases.epochs().getOrDefault(row.bucket(), -1L), nowNanos));
  }

  // ---- answers of the broker

  public void acked(long sequence, boolean multiple, long nowNanos) {
    for (InFlight message : tracker.answered(sequence, multiple)) {
      if (message.returned == null) {
        confirmed(message);
      } else {
        refusals.refused(message, message.returned);
      }
    }
    judge(nowNanos);
  }

  public void nacked(long sequence, boolean multiple, long nowNanos) {
    for (InFlight message : tracker.answered(sequence, multiple)) {
      refusals.refused(message, message.returned == null ? "nack by the broker" : message.returned);
    }
    judge(nowNanos);
  }

  /** Comes before the ack of the same message; that ack then settles nothing. */
  public void returned(UUID messageId, String reason) {
    tracker.returned(messageId, reason);
  }

  /** The channel is gone: what was in flight has an unknown outcome and is sent again. */
  public void channelLost() {
    tracker = new ConfirmTracker();
    refusals.channelLost();
    List.copyOf(lanes.values()).forEach(this::drop);
    ready.clear();
    wanted.clear();
    scans.restart();
  }

  // ---- marks

  /** What is to be written, in order; not forgotten before {@link #marked}. */
  public List<Mark> marks() {
    return List.copyOf(marks);
  }

  /** The given marks are written, or their fence refused them for good. */
  public void marked(List<Mark> written) {
    marks = new ArrayList<>(marks.subList(written.size(), marks.size()));
  }

  // ---- state, for health, metrics and timeouts

  public int inFlight() {
    return tracker.size();
  }

  public boolean isOutage() {
    return refusals.isOutage();
  }

  /** Monotonic time at which the oldest unconfirmed message was sent, or {@link Long#MAX_VALUE}. */
  public long oldestSentAtNanos() {
    return tracker.oldestSentAtNanos();
  }

  private boolean isFull() {
    return loadedRows >= limits.loadedRows() || loadedBytes >= limits.loadedBytes();
  }

  private void confirmed(InFlight message) {
    refusals.confirmed(message.sequence);
    marks.add(new Mark.Published(message.row, message.epoch));
    Lane lane = lanes.get(message.row.aggregateKey());
    if (lane == null || !lane.holds(message.row)) {
      return;
    }
    lane.headSettled();
    uncount(message.row);
    if (!leases.maySend(lane.bucket)) {
      drop(lane);
    } else if (lane.head() != null) {
      ready.add(lane);
    } else {
      drop(lane);
      if (lane.hasMore()) {
        wanted.put(lane.aggregateKey, lane.bucket);
      }
    }
  }

  private void judge(long nowNanos) {
    for (Refusals.Refusal own : refusals.takeOwn()) {
      marks.add(retryPolicy.judge(own.message().row, own.message().epoch, own.reason()));
      dropLaneOf(own.message());
    }
    if (tracker.size() == 0) {
      refusals.takeOutage(nowNanos).forEach(refusal -> dropLaneOf(refusal.message()));
    }
  }

  private void dropLaneOf(InFlight message) {
    Lane lane = lanes.get(message.row.aggregateKey());
    if (lane != null && lane.holds(message.row)) {
      drop(lane);
    }
  }

  private void drop(Lane lane) {
    lanes.remove(lane.aggregateKey);
    lane.rows().forEach(this::uncount);
  }

  private void count(OutboxRow row) {
    loadedRows++;
    loadedBytes += row.bytes();
  }

  private void uncount(OutboxRow row) {
    loadedRows--;
    loadedBytes -= row.bytes();
  }
}
