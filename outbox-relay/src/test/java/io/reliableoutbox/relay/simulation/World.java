package io.reliableoutbox.relay.simulation;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Everything there is in one schedule. */
final class World {
  final Timeline timeline = new Timeline();
  final Dice dice;
  final Plan plan;
  final Variant variant;
  final PublishingRules publishing;
  final MarkingRules marking;
  final ProgressRules progress;
  final ModelDatabase database;
  final ModelBroker broker;
  final ModelOutbox outbox;
  final ModelMarks marks;
  final ModelLeases leases;
  final ModelOperations operations;
  final Operators operators;
  final Faults faults;
  final List<Aggregate> aggregates = new ArrayList<>();
  private final List<SimulatedRelay> relays = new ArrayList<>();
  private final @Nullable Consumer<String> trace;
  private int joined;
  private final Set<Situation> seen = EnumSet.noneOf(Situation.class);

  /** {@code trace} gets a line for each step, if there is one. */
  World(long seed, Variant variant, @Nullable Consumer<String> trace) {
    this.trace = trace;
    this.variant = variant;
    dice = new Dice(seed);
    plan = new Plan(dice);
    publishing = new PublishingRules(this);
    marking = new MarkingRules(this);
    progress = new ProgressRules(this);
    database = new ModelDatabase(this);
    broker = new ModelBroker(this);
    outbox = variant.outbox(this);
    marks = variant.marks(this);
    leases = variant.leases(this);
    operations = new ModelOperations(this);
    operators = new Operators(this);
    faults = new Faults(this);
  }

  /** Relays whose process lives. */
  List<SimulatedRelay> relays() {
    return relays;
  }

  void join() {
    SimulatedRelay relay = new SimulatedRelay(this, ++joined);
    relays.removeIf(other -> !other.process.isAlive());
    relays.add(relay);
    say(() -> "relay " + relay.id() + " starts");
    publishing.changed();
    relay.start();
  }

  /** Tells the relays something, or some of them, or late. */
  void hint(Consumer<SimulatedRelay> hint) {
    for (SimulatedRelay relay : relays) {
      if (!faults.areOver() && dice.chance(plan.lostHint)) {
        saw(Situation.HINT_LOST);
      } else if (dice.chance(plan.lateHint)) {
        saw(Situation.HINT_LATE);
        relay.process.after(dice.mostlyShort(Timeline.SECOND), () -> hint.accept(relay));
      } else {
        hint.accept(relay);
      }
    }
  }

  void saw(Situation situation) {
    seen.add(situation);
  }

  Set<Situation> seen() {
    return seen;
  }

  void say(Supplier<String> what) {
    if (trace != null) {
      trace.accept("%9.3f ms  %s".formatted(timeline.now() / (double) Timeline.MILLI, what.get()));
    }
  }
}
