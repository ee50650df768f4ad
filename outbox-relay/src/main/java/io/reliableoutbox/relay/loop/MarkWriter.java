package io.reliableoutbox.relay.loop;

import io.reliableoutbox.relay.core.Block;
import io.reliableoutbox.relay.core.Dispatcher;
import io.reliableoutbox.relay.core.Mark;
import io.reliableoutbox.relay.outbox.Marks;
import io.reliableoutbox.relay.trace.OutboxSpans;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Writes down what the dispatcher decided of rows, and says what a person should know. What can't
 * be written stays with the dispatcher and is written the next time.
 */
final class MarkWriter {
  private static final Logger log = LoggerFactory.getLogger(MarkWriter.class);
  private static final int BLOCKED_ROWS_A_TURN = 5000;
  private static final int BLOCKS_A_TURN = 50;
  private final Dispatcher dispatcher;
  private final Marks marks;
  private final UUID relay;
  private final OutboxSpans spans;

  MarkWriter(Dispatcher dispatcher, Marks marks, UUID relay, OutboxSpans spans) {
    this.dispatcher = dispatcher;
    this.marks = marks;
    this.relay = relay;
    this.spans = spans;
  }

  /** Returns whether any were written, that is, something was published or refused. */
  boolean write() {
    List<Mark> written = dispatcher.marks();
    if (written.isEmpty()) {
      return false;
    }
    Instant confirmedAt = spans.now();
    int applied = write(written);
    if (applied < written.size()) {
      log.info(
          "{} of {} marks did not apply: another relay or an operator was first",
          written.size() - applied,
          written.size());
    }
    written.forEach(MarkWriter::report);
    spans.marked(written, confirmedAt);
    dispatcher.marked(written);
    return true;
  }

  /** A bounded piece: a hundred thousand rows may stand behind a parked one. */
  void block() {
    for (Block block : dispatcher.blocks().stream().limit(BLOCKS_A_TURN).toList()) {
      if (marks.block(relay, block, BLOCKED_ROWS_A_TURN) < BLOCKED_ROWS_A_TURN) {
        dispatcher.blocked(block);
      }
    }
  }

  /** At the end: what can't be written now will be sent again by somebody. */
  void writeLast() {
    try {
      write();
    } catch (DataAccessException e) {
      log.warn(
          "{} confirmed messages could not be marked and will be sent again",
          dispatcher.marks().size());
    }
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
