package io.reliableoutbox.relay.core;

/** Which of the relay's two channels a message takes. */
public enum Route {
  /** Pipelined, up to the window. */
  PIPELINE,

  /**
   * One at a time, for messages that have been refused before or may have closed a channel: if the
   * channel dies, it is known which one did it, and nobody else is concerned.
   */
  ALONE
}
