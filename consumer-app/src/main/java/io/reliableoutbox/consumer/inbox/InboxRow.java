package io.reliableoutbox.consumer.inbox;

import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code consuming.inbox} as it is to be written; {@link InboxTable} names its columns.
 */
record InboxRow(
    UUID messageId,
    String state,
    @Nullable String aggregateType,
    @Nullable String aggregateId,
    @Nullable Long aggregateVersion,
    String eventType,
    int attempts,
    @Nullable Long retryIn,
    @Nullable ParkReason reason,
    @Nullable String lastError,
    @Nullable String outcome,
    @Nullable String origin,
    @Nullable String headers,
    @Nullable String body) {

  boolean applied() {
    return state.equals("APPLIED");
  }

  /** An event that was applied, or skipped. Its content goes: the outbox still has it. */
  static InboxRow settled(Decision<?> decision, Outcome outcome) {
    return of(decision, "APPLIED", null, null, null, outcome.word(), null);
  }

  /** An event that was not. Its content stays, for the retry or for a person. */
  static InboxRow unsettled(Decision<?> decision) {
    Content content = decision.candidate().event().content();
    if (decision.verdict() instanceof Verdict.Retry retry) {
      long delay = retry.delay().toMillis();
      return of(decision, "RETRYING", delay, null, retry.error(), null, content);
    }
    if (decision.verdict() instanceof Verdict.Park park) {
      return of(decision, "PARKED", null, park.reason(), park.error(), null, content);
    }
    return of(decision, "HELD", null, null, null, null, content);
  }

  static InboxRow malformed(Malformed message) {
    Content content = message.content();
    return new InboxRow(
        message.messageId(),
        "PARKED",
        null,
        null,
        null,
        message.type(),
        0,
        null,
        ParkReason.MALFORMED,
        message.defect(),
        null,
        content.origin(),
        content.headersJson(),
        base64(content));
  }

  private static InboxRow of(
      Decision<?> decision,
      String state,
      @Nullable Long retryIn,
      @Nullable ParkReason reason,
      @Nullable String error,
      @Nullable String outcome,
      @Nullable Content content) {
    Event event = decision.candidate().event();
    return new InboxRow(
        event.messageId(),
        state,
        event.aggregate().type(),
        event.aggregate().id(),
        event.version(),
        event.type(),
        decision.attempts(),
        retryIn,
        reason,
        error,
        outcome,
        content == null ? null : content.origin(),
        content == null ? null : content.headersJson(),
        content == null ? null : base64(content));
  }

  private static String base64(Content content) {
    return Base64.getEncoder().encodeToString(content.body());
  }
}
