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
  private long end;
  private final Set<String> writers = new HashSet<>();

  long position() {
    return position;
  }

  /**
   * Returns false if positions have gone back: the database has forgotten some, in a crash or by a
   * failover, and draws them again.
   */
  boolean read(Reach now) {
    boolean goneBack = now.end() < end;
    end = now.end();
    if (goneBack) {
      position = 0;
      next = 0;
      writers.clear();
    }
    // Of those whose names are lost each may be one that seems to have gone.
    if (!now.hasLostNames()) {
      raise(now);
    }
    return !goneBack;
  }

  private void raise(Reach now) {
    writers.retainAll(now.writers());
    if (writers.isEmpty()) {
      position = Math.max(position, now.writers().isEmpty() ? now.end() : next);
      next = now.end();
      writers.addAll(now.writers());
    }
  }
}
