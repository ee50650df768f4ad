package io.reliableoutbox.consumer.inbox;

import java.time.Instant;

/**
 * How the inbox tells a tracing system of its events, without knowing one. Never throws: nothing
 * waits, fails or is parked for a trace.
 */
public interface Traces {
  /** For those who don't trace. */
  Traces NONE =
      new Traces() {
        @Override
        public void applied(String consumer, Event event, Instant since) {}

        @Override
        public void around(Received message, Runnable lines) {
          lines.run();
        }
      };

  /** The event's effect is committed, and work on it began then. */
  void applied(String consumer, Event event, Instant since);

  /** Runs what logs lines about the message, so that they name its trace. */
  void around(Received message, Runnable lines);
}
