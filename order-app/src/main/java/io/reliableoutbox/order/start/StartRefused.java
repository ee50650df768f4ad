package io.reliableoutbox.order.start;

/** The application can't work in this environment; the message is one sentence that says why. */
public final class StartRefused extends RuntimeException {
  StartRefused(String message) {
    super(message);
  }
}
