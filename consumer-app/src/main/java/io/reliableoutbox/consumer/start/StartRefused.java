package io.reliableoutbox.consumer.start;

/** The application can't work in this environment; the message is one sentence that says why. */
public final class StartRefused extends RuntimeException {
  public StartRefused(String message) {
    super(message);
  }
}
