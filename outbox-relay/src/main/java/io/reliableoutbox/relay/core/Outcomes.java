package io.reliableoutbox.relay.core;

/** Is told what became of each message that was sent. Called by the thread that drives the core. */
public interface Outcomes {
  /** Listens to nothing. */
  Outcomes IGNORED = new Outcomes() {};

  /** Acknowledged by the broker and not returned, so many nanoseconds after it was sent. */
  default void confirmed(long nanos) {}

  /** No queue took it. */
  default void returned() {}

  /** Refused by the broker. */
  default void nacked() {}

  /** The broker closed the channel because of it. */
  default void closedChannel() {}

  /** So many messages were with the broker when the connection went, and are sent again. */
  default void unknown(int messages) {}
}
