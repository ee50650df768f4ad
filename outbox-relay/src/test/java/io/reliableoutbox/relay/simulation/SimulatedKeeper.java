package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.Leases;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** As {@code LeaseKeeper}: keeps a relay's leases, on a thread of its own. */
final class SimulatedKeeper {
  private final World world;
  private final SimulatedRelay relay;
  private final Session session;
  private final VirtualSignal signal;
  private final ModelLeases table;
  private final long lease;
  private Leases leases = Leases.NONE;
  private Set<Integer> quiet = Set.of();
  private boolean stopped;

  SimulatedKeeper(World world, SimulatedRelay relay) {
    this.world = world;
    this.relay = relay;
    this.session = new Session(world, relay.process);
    this.signal = new VirtualSignal(relay.process);
    this.table = world.leases;
    this.lease = world.plan.lease.toNanos();
  }

  Leases leases() {
    return leases;
  }

  Session session() {
    return session;
  }

  void quiet(Set<Integer> buckets) {
    if (!buckets.equals(quiet)) {
      quiet = buckets;
      signal.raise();
    }
  }

  void wake() {
    signal.raise();
  }

  void stop() {
    stopped = true;
    signal.raise();
  }

  void keep() {
    if (stopped) {
      relay.keeperEnded();
    } else if (relay.link.unusableFor() > lease) {
      if (!leases.epochs().isEmpty()) {
        world.saw(Situation.BUCKET_LET_GO_WITHOUT_A_BROKER);
      }
      leases = Leases.NONE;
      pause();
    } else {
      releaseQuiet();
    }
  }

  private void releaseQuiet() {
    Set<Integer> released = leases.releasable(quiet);
    if (released.isEmpty()) {
      renew();
      return;
    }
    leases = leases.without(released);
    relay.process.then(
        () ->
            session.call(
                () -> {
                  table.release(relay.id(), released);
                  return true;
                },
                done -> renew(),
                this::pause));
  }

  private void renew() {
    long sentAt = relay.process.nanoTime();
    session.call(
        () -> table.renew(relay.id(), lease), held -> heartbeat(held, sentAt), this::pause);
  }

  private void heartbeat(Map<Integer, Long> held, long sentAt) {
    session.call(
        () -> {
          table.heartbeat(relay.id(), lease);
          return true;
        },
        done -> session.call(table::fairShare, share -> acquire(held, share, sentAt), this::pause),
        this::pause);
  }

  private void acquire(Map<Integer, Long> held, int share, long sentAt) {
    if (held.size() >= share) {
      publish(held, share, sentAt);
      return;
    }
    session.call(
        () -> table.acquire(relay.id(), lease, share - held.size()),
        acquired -> {
          held.putAll(acquired);
          publish(held, share, sentAt);
        },
        this::pause);
  }

  private void publish(Map<Integer, Long> held, int share, long sentAt) {
    Leases renewed = Leases.renewed(held, share, sentAt, world.plan.lease);
    if (!renewed.epochs().equals(leases.epochs())) {
      world.say(() -> "relay " + relay.id() + " holds " + new TreeMap<>(renewed.epochs()));
    }
    quiet = Set.of();
    leases = renewed;
    relay.wake();
    pause();
  }

  private void pause() {
    signal.await(world.plan.keeperInterval(), raised -> keep());
  }

  /** Gives everything up, and ends the process. */
  void resign() {
    leases = Leases.NONE;
    session.call(
        () -> {
          table.resign(relay.id());
          return true;
        },
        done -> relay.process.die(),
        relay.process::die);
  }
}
