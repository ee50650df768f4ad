package io.reliableoutbox.relay.simulation;

import static io.reliableoutbox.relay.simulation.Timeline.MILLI;

import io.reliableoutbox.relay.core.Limits;
import io.reliableoutbox.relay.core.RetryPolicy;
import java.time.Duration;

/**
 * What a seed makes of a schedule: sizes small enough that faults meet, and how often each fault
 * comes. Every schedule leaves some kinds of fault out; a calm one has none at all.
 */
final class Plan {
  final boolean calm;
  final int relays;
  final int buckets;
  final int aggregates;
  final int transactions;
  final double foreign;
  final double collisions;
  final double poison;
  final Limits limits;
  final long bytesALoad;
  final Duration lease;
  final long pollInterval;
  final long confirmTimeout;
  final Duration parkAfter;
  final int attemptsBeforeParking;

  /** When the faults stop. */
  final long healedAt;

  final int faults;
  final int operations;
  final double pause;
  final double freeze;
  final double crash;
  final double slowStatement;
  final double slowBlock;
  final double lostAnswer;
  final double hang;
  final double quickOperator;
  final double longTransaction;
  final double rollback;
  final double lostHint;
  final double lateHint;
  final double singleNack;
  final double multiple;
  final double outOfOrder;
  final long wire;

  Plan(Dice dice) {
    calm = dice.chance(0.08);
    relays = dice.between(1, 3);
    buckets = dice.between(1, 4);
    aggregates = dice.chance(0.15) ? dice.between(8, 14) : dice.between(1, 7);
    transactions = dice.between(4, 26);
    foreign = dice.chance(0.3) ? 0.4 : 0;
    collisions = dice.chance(0.2) ? 0.5 : 0;
    poison = calm ? 0 : dice.rate(0.15);
    int window = dice.between(1, dice.chance(0.15) ? 16 : 8);
    limits =
        new Limits(
            window,
            dice.between(1, 4),
            dice.between(window, 2 * window + 2),
            dice.chance(0.2) ? 500 : 10_000);
    bytesALoad = dice.chance(0.2) ? 150 : 5_000;
    lease = Duration.ofMillis(dice.between(1200, 2500));
    pollInterval = dice.millis(100, 400);
    confirmTimeout = dice.millis(200, 1000);
    parkAfter = Duration.ofMillis(dice.between(100, 1500));
    attemptsBeforeParking = dice.between(2, 3);
    healedAt = dice.chance(0.03) ? dice.millis(7000, 20_000) : dice.millis(1500, 7000);
    faults = calm ? 0 : dice.between(0, 8);
    operations = calm || dice.chance(0.4) ? 0 : dice.between(1, 8);
    quickOperator = calm ? 0 : dice.rate(0.8);
    pause = dice.rate(0.2);
    freeze = calm ? 0 : dice.rate(0.01);
    crash = calm ? 0 : dice.rate(0.004);
    slowStatement = calm ? 0 : dice.rate(0.4);
    slowBlock = calm ? 0 : dice.rate(1);
    lostAnswer = calm ? 0 : dice.rate(0.1);
    hang = calm ? 0 : dice.rate(0.01);
    longTransaction = dice.rate(0.5);
    rollback = dice.rate(0.3);
    lostHint = dice.rate(0.8);
    lateHint = dice.rate(0.5);
    singleNack = calm ? 0 : dice.rate(0.2);
    multiple = dice.fraction();
    outOfOrder = dice.fraction();
    wire = dice.millis(1, 40);
  }

  RetryPolicy retryPolicy(Dice dice) {
    return new RetryPolicy(
        Duration.ofMillis(dice.between(20, 200)),
        Duration.ofSeconds(1),
        parkAfter,
        attemptsBeforeParking,
        dice.split());
  }

  /** As {@code LeaseKeeper} has it. */
  long keeperInterval() {
    return lease.toNanos() / 10;
  }

  /** Between two turns of a relay that has more to do. */
  static final long TURN = MILLI / 10;
}
