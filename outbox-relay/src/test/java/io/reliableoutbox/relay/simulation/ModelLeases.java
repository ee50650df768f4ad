package io.reliableoutbox.relay.simulation;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** What {@code LeaseTable} does. Its commits wait for the disk. */
class ModelLeases {
  final World world;
  final ModelDatabase database;

  ModelLeases(World world) {
    this.world = world;
    this.database = world.database;
  }

  void heartbeat(int relay, long lease) {
    database.relays.put(relay, database.clock() + lease);
    database.flushed();
  }

  int fairShare() {
    long now = database.clock();
    int alive = (int) database.relays.values().stream().filter(expiry -> expiry > now).count();
    return (int) Math.ceil((double) database.leases.size() / Math.max(1, alive));
  }

  Map<Integer, Long> renew(int relay, long lease) {
    Map<Integer, Long> held = new HashMap<>();
    for (int bucket = 0; bucket < database.leases.size(); bucket++) {
      Lease row = database.leases.get(bucket);
      if (row.owner == relay) {
        row.expiresAt = database.clock() + lease;
        held.put(bucket, row.epoch);
      }
    }
    database.flushed();
    return held;
  }

  Map<Integer, Long> acquire(int relay, long lease, int atMost) {
    Map<Integer, Long> acquired = new HashMap<>();
    for (int bucket = 0; bucket < database.leases.size() && acquired.size() < atMost; bucket++) {
      Lease row = database.leases.get(bucket);
      boolean free = row.owner == Lease.NOBODY || row.expiresAt < database.clock();
      if (free && isLocked(row)) {
        world.saw(Situation.TAKEOVER_SKIPPED_A_LOCKED_BUCKET);
      } else if (free) {
        take(relay, lease, bucket);
        acquired.put(bucket, row.epoch);
      }
    }
    database.flushed();
    return acquired;
  }

  /** Whether a mark holds it. */
  boolean isLocked(Lease row) {
    return row.shared > 0;
  }

  private void take(int relay, long lease, int bucket) {
    Lease row = database.leases.get(bucket);
    if (row.owner != Lease.NOBODY && row.owner != relay) {
      world.saw(Situation.BUCKET_TAKEN_OVER);
    } else if (row.epoch > 0) {
      world.saw(Situation.BUCKET_HANDED_OVER);
    }
    world.publishing.changed();
    row.owner = relay;
    row.epoch++;
    row.expiresAt = database.clock() + lease;
    world.say(() -> "relay " + relay + " takes bucket " + bucket + " epoch " + row.epoch);
  }

  void release(int relay, Collection<Integer> buckets) {
    for (int bucket : new TreeSet<>(buckets)) {
      Lease row = database.leases.get(bucket);
      if (row.owner == relay) {
        row.owner = Lease.NOBODY;
        world.say(() -> "relay " + relay + " releases bucket " + bucket);
      }
    }
    database.flushed();
    world.hint(SimulatedRelay::hintReleased);
  }

  void resign(int relay) {
    database.relays.remove(relay);
    release(relay, IntStream.range(0, database.leases.size()).boxed().toList());
  }
}
