package io.reliableoutbox.relay.simulation;

/**
 * The operating system's process of a relay. Between any two steps of its threads it may lose the
 * processor for a moment, be frozen for longer than a lease, or die. Its monotonic clock starts
 * anywhere and is a little wrong.
 */
final class VirtualProcess {
  private final World world;
  private final Runnable died;
  private final long clockOffset;
  private final double clockDrift;
  private boolean alive = true;
  private long frozenUntil;

  VirtualProcess(World world, Runnable died) {
    this.world = world;
    this.died = died;
    clockOffset = world.dice.between(-(1L << 50), 1L << 50);
    clockDrift = 1 + (world.dice.fraction() - 0.5) / 100;
  }

  boolean isAlive() {
    return alive;
  }

  boolean isFrozen() {
    return world.timeline.now() < frozenUntil;
  }

  /** {@code System.nanoTime()}. */
  long nanoTime() {
    return clockOffset + (long) (world.timeline.now() * clockDrift);
  }

  /** The next step of a thread: mostly at once. */
  void then(Runnable next) {
    if (!alive) {
      return;
    }
    world.faults.atStep(this);
    if (isFrozen()) {
      world.timeline.at(frozenUntil, () -> resume(next));
    } else if (world.dice.chance(world.plan.pause)) {
      after(world.dice.mostlyShort(50 * Timeline.MILLI), next);
    } else if (alive) {
      next.run();
    }
  }

  /** A step of a thread after a time. */
  void after(long delay, Runnable next) {
    world.timeline.after(delay, () -> resume(next));
  }

  void freeze(long time) {
    frozenUntil = Math.max(frozenUntil, world.timeline.now() + time);
  }

  void die() {
    if (alive) {
      alive = false;
      died.run();
    }
  }

  private void resume(Runnable next) {
    if (alive && isFrozen()) {
      world.timeline.at(frozenUntil, () -> resume(next));
    } else if (alive) {
      next.run();
    }
  }
}
