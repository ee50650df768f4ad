package io.reliableoutbox.consumer.inbox;

/**
 * This event can't be applied, however often it is tried: it is parked at once. Every other
 * exception of an effect counts as passing and is retried before it is parked.
 */
public final class PermanentFailure extends RuntimeException {
  public PermanentFailure(String message) {
    super(message);
  }

  public PermanentFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
