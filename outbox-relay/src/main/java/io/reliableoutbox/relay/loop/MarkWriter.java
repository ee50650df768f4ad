package io.reliableoutbox.relay.loop;

import io.reliableoutbox.relay.core.Block;
import io.reliableoutbox.relay.core.Dispatcher;
import io.reliableoutbox.relay.core.Mark;
import io.reliableoutbox.relay.outbox.Marks;
import io.reliableoutbox.relay.trace.OutboxSpans;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Writes down what the dispatcher decided of rows, while the messages of others flow, and says what
 * a person should know. What can't be written stays with the dispatcher and is written the next
 * time.
 */
final class MarkWriter {
  private static final Logger log = LoggerFactory.getLogger(MarkWriter.class);

  /** Marks wait for company: one statement for many costs each of them less. */
  static final Duration DELAY = Duration.ofMillis(10);

  private static final int BLOCKED_ROWS_A_TURN = 5000;
  private static final int BLOCKS_A_TURN = 50;
  private final Dispatcher dispatcher;
  private final Marks marks;
  private final UUID relay;
  private final OutboxSpans spans;
  private final Errand errand;
  private final Runnable written;
  private List<Block> blockable = List.of();
  private long waitingSince;

  /**
   * What it writes, it writes as {@code errand}; {@code written} is told each time, because then
   * something was published or refused.
   */
  MarkWriter(
      Dispatcher dispatcher,
      Marks marks,
      UUID relay,
      OutboxSpans spans,
      Errand errand,
      Runnable written) {
    this.dispatcher = dispatcher;
    this.marks = marks;
    this.relay = relay;
    this.spans = spans;
    this.errand = errand;
    this.written = written;
  }

  /** Begins to write what there is, if it is enough, has waited for long enough, or {@code now}. */
  void write(boolean now) {
    if (!dispatcher.hasMarks()) {
      waitingSince = System.nanoTime();
    }
    if (!errand.isFree()) {
      return;
    }
    if (!blockable.isEmpty()) {
      block();
    } else if (isDue(now)) {
      mark();
    }
  }

  /** At the end: what can't be written now will be sent again by somebody. */
  void writeLast() {
    try {
      errand.await();
    } catch (DataAccessException e) {
      log.debug("once more: {}", e.getMessage());
    }
    try {
      mark();
      errand.await();
    } catch (DataAccessException e) {
      log.warn(
          "{} confirmed messages could not be marked and will be sent again",
          dispatcher.marks().size());
    }
  }

  private boolean isDue(boolean now) {
    boolean waitedEnough = System.nanoTime() - waitingSince >= DELAY.toNanos();
    return dispatcher.hasBlocks()
        || (dispatcher.hasMarks() && (now || waitedEnough || dispatcher.hasManyMarks()));
  }

  private void mark() {
    List<Mark> all = dispatcher.marks();
    // After the mark that parks the row before them.
    List<Block> blocks = dispatcher.blocks().stream().limit(BLOCKS_A_TURN).toList();
    errand.begin(
        () -> {
          Instant confirmedAt = spans.now();
          int applied = write(all);
          report(all, applied);
          spans.marked(all, confirmedAt);
          return () -> marked(all, blocks);
        });
  }

  private void marked(List<Mark> all, List<Block> blocks) {
    dispatcher.marked(all);
    blockable = blocks;
    waitingSince = System.nanoTime();
    if (!all.isEmpty()) {
      written.run();
    }
  }

  // A bounded piece: a hundred thousand rows may stand behind a parked one.
  private void block() {
    List<Block> blocks = blockable;
    blockable = List.of();
    errand.begin(
        () -> {
          List<Block> done = new ArrayList<>(blocks);
          done.removeIf(
              block -> marks.block(relay, block, BLOCKED_ROWS_A_TURN) >= BLOCKED_ROWS_A_TURN);
          return () -> done.forEach(dispatcher::blocked);
        });
  }

  private int write(List<Mark> written) {
    List<Mark.Published> published = new ArrayList<>(written.size());
    List<Mark> refused = new ArrayList<>();
    for (Mark mark : written) {
      if (mark instanceof Mark.Published confirmed) {
        published.add(confirmed);
      } else {
        refused.add(mark);
      }
    }
    return (published.isEmpty() ? 0 : marks.published(relay, published))
        + (refused.isEmpty() ? 0 : marks.refused(relay, refused));
  }

  private static void report(List<Mark> all, int applied) {
    if (applied < all.size()) {
      log.info(
          "{} of {} marks did not apply: another relay or an operator was first",
          all.size() - applied,
          all.size());
    }
    all.forEach(MarkWriter::report);
  }

  private static void report(Mark mark) {
    if (mark instanceof Mark.Retry retry) {
      log.atWarn()
          .addKeyValue("event_id", mark.row().id())
          .log(
              "event {} was refused ({}); again in {} ms",
              mark.row().id(),
              retry.reason(),
              retry.delay().toMillis());
    } else if (mark instanceof Mark.Park park) {
      log.atError()
          .addKeyValue("event_id", mark.row().id())
          .log(
              "event {} is PARKED after {} attempts: {}",
              mark.row().id(),
              mark.row().attempts() + 1,
              park.reason());
    }
  }
}
