package io.reliableoutbox.benchmark.drain;

import io.reliableoutbox.benchmark.stand.Stand;

/** What else is in the outbox, or holds it back, while a backlog is drained. */
interface Scene {
  Scene EMPTY = stand -> () -> {};

  /** Sets it in an empty outbox; what it returns ends it. */
  Runnable set(Stand stand);
}
