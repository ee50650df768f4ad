package io.reliableoutbox.consumer.inbox;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;

/**
 * Settles work, whatever happens: many messages a transaction, and if that fails, each half in its
 * own, down to the one message whose effect fails, so that it hurts nobody. Returns when all of it
 * is committed.
 */
final class Receiver {
  private static final Logger log = LoggerFactory.getLogger(Receiver.class);

  // A disk that stood still has moved on by then; a statement without end must not hold its worker.
  private static final int MOST_TOO_LONG = 3;

  private final Inbox<?> inbox;
  private final Patience patience;
  private final InboxMeters meters;
  private final Traces traces;

  Receiver(Inbox<?> inbox, Patience patience, InboxMeters meters, Traces traces) {
    this.inbox = inbox;
    this.patience = patience;
    this.meters = meters;
    this.traces = traces;
  }

  /**
   * Settles all of it.
   *
   * @return how many held events are due now
   * @throws Patience.Stopped if the process is to stop before that; what is not committed comes
   *     again
   */
  int settle(Work work) {
    Instant since = Instant.now();
    try {
      return done(untilItEnds(work), since);
    } catch (Patience.Stopped stopped) {
      throw stopped;
    } catch (RuntimeException failed) {
      return work.size() == 1
          ? settleFailed(work, failed, since)
          : work.halves().stream().mapToInt(this::settle).sum();
    }
  }

  // Too much at once goes through in halves; what is too much by itself is that message's failure.
  private Receipt untilItEnds(Work work) {
    int mostTooLong = work.size() == 1 ? MOST_TOO_LONG : 1;
    var tooLong = new AtomicInteger();
    return patience.untilItEnds(
        () -> {
          try {
            return inbox.settle(work, null);
          } catch (RuntimeException failed) {
            if (Trouble.tookTooLong(failed)) {
              tooLong.incrementAndGet();
            }
            throw failed;
          }
        },
        thrown ->
            Trouble.isNobodysFailure(thrown)
                && !(Trouble.tookTooLong(thrown) && tooLong.get() >= mostTooLong));
  }

  private int settleFailed(Work single, RuntimeException thrown, Instant since) {
    logFailed(single.messageIds().get(0), thrown);
    Failure failure = Failure.of(thrown);
    return done(patience.untilItSucceeds(() -> inbox.settle(single, failure)), since);
  }

  /**
   * Settles some of what is due.
   *
   * @return whether there was something; what it let go is due at once
   */
  boolean retryDue(int limit) {
    List<UUID> due = patience.untilItSucceeds(() -> inbox.beginDue(limit));
    if (!due.isEmpty()) {
      settle(new Work.Retries(due));
    }
    return !due.isEmpty();
  }

  private int done(Receipt receipt, Instant since) {
    meters.count(receipt);
    receipt
        .malformed()
        .forEach(message -> logParked(message, ParkReason.MALFORMED, message.defect()));
    for (Decision<?> decision : receipt.decisions()) {
      if (decision.verdict() instanceof Verdict.Park park) {
        logParked(decision.candidate().event(), park.reason(), park.error());
      } else if (decision.settles()) {
        traces.applied(inbox.consumer(), decision.candidate().event(), since);
      }
    }
    return receipt.released();
  }

  private void logFailed(UUID messageId, RuntimeException thrown) {
    log.atInfo()
        .addKeyValue("event_id", messageId)
        .log(
            "{}: the effect of {} failed, it will be retried or parked: {}",
            inbox.consumer(),
            messageId,
            NestedExceptionUtils.getMostSpecificCause(thrown).toString());
    log.debug("the effect of {}", messageId, thrown);
  }

  private void logParked(Received message, ParkReason reason, String error) {
    traces.around(
        message,
        () ->
            log.atWarn()
                .addKeyValue("event_id", message.messageId())
                .log(
                    "{} {} is parked by {}: {}: {}",
                    message.type(),
                    message.messageId(),
                    inbox.consumer(),
                    reason,
                    error));
  }
}
