package io.reliableoutbox.relay.core;

import java.util.HashSet;
import java.util.Set;

/**
 * The position below which no transaction can commit a row any more. Whoever inserts into the
 * outbox locks it for writing before a position is drawn, and until the transaction has ended; so
 * below a position that was drawn at a time, all is said once the writers of that time are gone.
 */
final class Floor {
  private long position;
  private long next;
  private final Set<String> writers = new HashSet<>();

  long position() {
    return position;
  }

  void read(Reach now) {
    if (now.hasLostNames()) {
      // Any of those that seem to have gone may be the one.
      return;
    }
    writers.retainAll(now.writers());
    if (writers.isEmpty()) {
      position = Math.max(position, now.writers().isEmpty() ? now.end() : next);
      next = now.end();
      writers.addAll(now.writers());
    }
  }
}
