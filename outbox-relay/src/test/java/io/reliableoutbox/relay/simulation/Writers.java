package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.NamedAggregate;
import java.util.List;

/**
 * Transactions that insert events, commit early or late, or roll back. Writers of most aggregates
 * lock them before they draw a position, as order-app does.
 */
final class Writers {
  private static final List<Event.Poison> POISONS =
      List.of(
          Event.Poison.CLOSES_THE_CHANNEL,
          Event.Poison.CLOSES_THE_CHANNEL,
          Event.Poison.FORBIDDEN,
          Event.Poison.NACKED,
          Event.Poison.RETURNED);
  private final World world;
  private final Dice dice;
  private final Plan plan;

  Writers(World world) {
    this.world = world;
    this.dice = world.dice;
    this.plan = world.plan;
  }

  void plan() {
    for (int n = 1; n <= plan.aggregates; n++) {
      long key = dice.chance(plan.collisions) ? 17 : (n % 2 == 0 ? 1001L : -1003L) * n;
      world.aggregates.add(
          new Aggregate(
              "a" + n,
              key,
              (int) Math.abs(key % plan.buckets),
              !dice.chance(plan.foreign),
              dice.chance(0.5)));
    }
    for (int n = 0; n < plan.transactions; n++) {
      world.timeline.at(dice.between(0, plan.healedAt), this::begin);
    }
  }

  /** One more event of each aggregate that nothing holds up. */
  void callAgain() {
    for (Aggregate aggregate : world.aggregates) {
      if (world.database.ofKey(aggregate.key).stream().allMatch(row -> row.state.isSettled())) {
        Transaction transaction = new Transaction(world);
        transaction.insert(aggregate, Event.Poison.NONE);
        commit(transaction);
      }
    }
  }

  private void begin() {
    if (!world.database.isUp()) {
      return;
    }
    Transaction transaction = new Transaction(world);
    int inserts = dice.chance(0.1) ? dice.between(4, 18) : dice.between(1, 3);
    go(transaction, dice.oneOf(world.aggregates), inserts);
  }

  private void go(Transaction transaction, Aggregate aggregate, int inserts) {
    if (!transaction.isOpen()) {
      return;
    }
    if (inserts == 0) {
      end(transaction);
      return;
    }
    transaction.insert(
        aggregate, dice.chance(plan.poison) ? dice.oneOf(POISONS) : Event.Poison.NONE);
    Aggregate next = dice.chance(0.7) ? aggregate : dice.oneOf(world.aggregates);
    if (dice.chance(plan.longTransaction)) {
      long last = plan.healedAt + dice.mostlyShort(Timeline.SECOND);
      world.timeline.at(
          Math.min(last, world.timeline.now() + dice.mostlyShort(plan.healedAt)),
          () -> go(transaction, next, inserts - 1));
    } else {
      go(transaction, next, inserts - 1);
    }
  }

  private void end(Transaction transaction) {
    if (dice.chance(plan.rollback)) {
      transaction.rollBack();
    } else {
      commit(transaction);
    }
  }

  private void commit(Transaction transaction) {
    transaction.commit();
    List<NamedAggregate> names = dice.chance(0.5) ? transaction.hints() : List.of();
    if (dice.chance(0.1)) {
      world.saw(Situation.HINT_WRONG);
      names = List.of(wrong(dice.oneOf(world.aggregates)));
    }
    List<NamedAggregate> said = names;
    world.hint(relay -> relay.hint(said));
  }

  /** Another bucket, or the queue of its copies, which may be empty. */
  private NamedAggregate wrong(Aggregate aggregate) {
    return dice.chance(0.5)
        ? new NamedAggregate(dice.between(0, plan.buckets), aggregate.key)
        : new NamedAggregate(aggregate.bucket, ~aggregate.key);
  }
}
