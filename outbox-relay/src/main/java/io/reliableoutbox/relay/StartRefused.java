package io.reliableoutbox.relay;

/** The relay does not start; says why and what to do, each in a sentence. */
public final class StartRefused extends RuntimeException {
  private final String action;

  public StartRefused(String reason, String action) {
    super(reason);
    this.action = action;
  }

  /** What the person who starts it can do. */
  public String action() {
    return action;
  }
}
