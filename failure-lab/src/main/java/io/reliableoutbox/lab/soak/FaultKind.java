package io.reliableoutbox.lab.soak;

import java.util.List;

/** What a soak breaks, where, and for how long at the most. */
public enum FaultKind {
  /** kill -9, and started again later. */
  KILL("relay-1 relay-2 consumer-1 consumer-2 broker", 8),

  /** SIGSTOP and SIGCONT; twenty seconds are two leases of a relay. */
  FREEZE("relay-1 relay-2", 20),

  /** All connections of the relay to the database or of everybody to the broker are closed. */
  CUT("postgres broker", 0);

  private final String targets;
  private final int longestSeconds;

  FaultKind(String targets, int longestSeconds) {
    this.targets = targets;
    this.longestSeconds = longestSeconds;
  }

  List<String> targets() {
    return List.of(targets.split(" "));
  }

  int longestSeconds() {
    return longestSeconds;
  }
}
