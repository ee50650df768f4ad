package io.reliableoutbox.relay.simulation;

import java.util.function.Consumer;

/**
 * A relay's way to the database. A statement fails, or is done and its answer lost, or takes time
 * between its snapshot, its locks and its commit; it goes on when the relay that sent it is frozen
 * or dead.
 */
final class Session {
  private final World world;
  private final VirtualProcess process;
  private long cutOffUntil;

  Session(World world, VirtualProcess process) {
    this.world = world;
    this.process = process;
  }

  /** The network between this relay and the database is gone for a while. */
  void cutOff(long time) {
    cutOffUntil = world.timeline.now() + time;
  }

  <T> void call(Statement<T> statement, Consumer<T> then, Runnable failed) {
    if (!world.database.isUp() || isCutOff()) {
      process.after(world.dice.mostlyShort(50 * Timeline.MILLI), failed);
      return;
    }
    statement.begin();
    if (!world.faults.slows(statement)) {
      statement.lock();
      answer(statement.commit(), then, failed);
      return;
    }
    world.saw(Situation.STATEMENT_SLOW);
    later(
        () -> {
          statement.lock();
          later(() -> commit(statement, then, failed), failed);
        },
        failed);
  }

  // What a crash of the database interrupts has no effect.
  private void later(Runnable step, Runnable failed) {
    int starts = world.database.starts();
    world.timeline.after(
        gap(),
        () -> {
          if (world.database.starts() == starts) {
            step.run();
          } else {
            process.then(failed);
          }
        });
  }

  private long gap() {
    return !world.faults.areOver() && world.dice.chance(0.05)
        ? world.dice.between(0, 2 * world.plan.lease.toNanos())
        : world.dice.mostlyShort(50 * Timeline.MILLI);
  }

  private <T> void commit(Statement<T> statement, Consumer<T> then, Runnable failed) {
    if (!process.isAlive()) {
      world.saw(Situation.STATEMENT_OF_A_DEAD_RELAY_DONE);
    }
    answer(statement.commit(), then, failed);
  }

  private <T> void answer(T answer, Consumer<T> then, Runnable failed) {
    if (isCutOff() || world.faults.losesAnswer()) {
      world.saw(Situation.STATEMENT_DONE_WITHOUT_ANSWER);
      process.after(world.dice.mostlyShort(300 * Timeline.MILLI), failed);
    } else if (world.faults.delaysAnswer()) {
      world.saw(Situation.STATEMENT_HUNG);
      process.after(
          world.dice.between(0, 2 * world.plan.lease.toNanos()), () -> then.accept(answer));
    } else {
      process.then(() -> then.accept(answer));
    }
  }

  private boolean isCutOff() {
    return world.timeline.now() < cutOffUntil;
  }
}
