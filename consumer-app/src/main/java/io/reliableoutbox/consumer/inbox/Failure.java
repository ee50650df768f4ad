package io.reliableoutbox.consumer.inbox;

/** Why an event could not be applied: what its retry depends on. */
public sealed interface Failure {
  String message();

  /** Parked at once. */
  record Permanent(String message) implements Failure {}

  /** Retried after a delay, parked once the delays are used up. */
  record Passing(String message) implements Failure {}

  /** So old that the inbox may have forgotten it: it is not applied, lest it were twice. */
  record Forgotten(String message) implements Failure {}

  /** It is not tried again: it ended the process too often. */
  record GivenUp(String message) implements Failure {}

  /** Tells permanent from passing by type: what doesn't say that it is permanent may pass. */
  static Failure of(Throwable thrown) {
    return thrown instanceof PermanentFailure
        ? new Permanent(description(thrown))
        : new Passing(description(thrown));
  }

  private static String description(Throwable thrown) {
    String message = thrown.getClass().getSimpleName() + ": " + thrown.getMessage();
    // PostgreSQL's text holds no NUL, and nobody reads more.
    return message.substring(0, Math.min(message.length(), 2000)).replace('\0', '\uFFFD');
  }
}
