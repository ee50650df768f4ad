package io.reliableoutbox.relay.simulation;

import java.util.List;

/** What goes wrong at the database, and on the way there. */
final class DatabaseFaults {
  private final World world;
  private final Dice dice;

  DatabaseFaults(World world) {
    this.world = world;
    this.dice = world.dice;
  }

  List<Runnable> kinds() {
    return List.of(this::down, this::crash, this::cutOff, this::clockJump);
  }

  private void down() {
    world.saw(Situation.DATABASE_DOWN);
    world.say(() -> "database down");
    world.database.up(false);
    world.faults.later(() -> world.database.up(true));
  }

  private void crash() {
    world.saw(Situation.DATABASE_CRASHED);
    world.database.crash();
    down();
  }

  private void cutOff() {
    world.faults.toARelay(
        relay -> {
          world.saw(Situation.DATABASE_UNREACHABLE_FOR_ONE_RELAY);
          world.say(() -> "relay " + relay.id() + " can't reach the database");
          long time = world.faults.aWhile();
          relay.session().cutOff(time);
          relay.markingSession().cutOff(time);
          if (dice.chance(0.5)) {
            relay.keeper.session().cutOff(time);
          }
        });
  }

  private void clockJump() {
    world.saw(Situation.DATABASE_CLOCK_JUMPED);
    world.say(() -> "database clock jumps");
    world.database.jumpClock(dice.between(-2 * Timeline.SECOND, 5 * Timeline.SECOND));
  }
}
