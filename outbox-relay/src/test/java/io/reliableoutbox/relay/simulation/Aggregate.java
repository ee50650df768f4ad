package io.reliableoutbox.relay.simulation;

import java.util.ArrayList;
import java.util.List;

/** Something that events are about. */
final class Aggregate {
  final String name;
  final long key;
  final int bucket;

  /** Whether its writers lock it before they insert; order is promised only then. */
  final boolean locking;

  /** Whether its events have versions; skipping one takes a tombstone then. */
  final boolean versioned;

  final List<Event> events = new ArrayList<>();
  boolean locked;

  Aggregate(String name, long key, int bucket, boolean locking, boolean versioned) {
    this.name = name;
    this.key = key;
    this.bucket = bucket;
    this.locking = locking;
    this.versioned = versioned;
  }
}
