package io.reliableoutbox.lab.scenario;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.load.LoadGenerator;
import io.reliableoutbox.lab.soak.ConsumerCounters;
import io.reliableoutbox.lab.system.LabSystem;
import io.reliableoutbox.lab.system.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Watches the system and prints a line a second while somebody waits for something. */
final class Lookout implements AutoCloseable {
  private static final String LOOK =
      """
      select (select pending from ordering.outbox_lag) as waiting,
             (select count(*) from consuming.inbox where aggregate_type = 'order' and state = 'APPLIED') as effects,
             (select count(*) from consuming.email where state = 'PENDING') as mails
      """;
  private final Sql sql;
  private final Script script;
  private final LoadGenerator load;
  private final States states;
  private final ConsumerCounters duplicates;
  private final long duplicatesBefore;
  private final long effectsBefore;
  private final long begin = System.nanoTime();
  private final List<Sample> samples = new ArrayList<>();

  Lookout(LabSystem system, Script script, LoadGenerator load, Totals before) {
    this.sql = new Sql(system.dataSource("inspector"));
    this.script = script;
    this.load = load;
    this.states = new States(system);
    this.duplicates = new ConsumerCounters(system);
    this.effectsBefore = before.effects();
    duplicates.look();
    this.duplicatesBefore = duplicates.absorbed();
  }

  /** Returns whether the condition came true within the limit, and prints a line a second. */
  boolean until(BooleanSupplier condition, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      show();
      if (holds(condition)) {
        return true;
      }
      if (System.nanoTime() > deadline) {
        return false;
      }
      Pause.millis(1000);
    }
  }

  /** The same for what ends by itself; prints nothing if that takes less than a second. */
  void quietlyUntil(BooleanSupplier condition) {
    for (int tenths = 1; !condition.getAsBoolean(); tenths++) {
      Pause.millis(100);
      if (tenths % 10 == 0) {
        show();
      }
    }
  }

  private void show() {
    duplicates.look();
    var sample = look();
    samples.add(sample);
    script.sample(sample);
  }

  Sample look() {
    long waiting = -1;
    long effects = -1;
    long mails = -1;
    try {
      var row = sql.rows(LOOK).get(1);
      waiting = Long.parseLong(row.get(0));
      effects = Long.parseLong(row.get(1)) - effectsBefore;
      mails = Long.parseLong(row.get(2));
    } catch (InfrastructureException e) {
      // The database may be what is broken; the line says that it doesn't answer.
    }
    var counts = load.counts();
    return new Sample(
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin),
        counts.acknowledged(),
        counts.unknown(),
        waiting,
        effects,
        mails,
        states.notUp());
  }

  /** A condition that can't be asked for doesn't hold. */
  static boolean holds(BooleanSupplier condition) {
    try {
      return condition.getAsBoolean();
    } catch (InfrastructureException e) {
      return false;
    }
  }

  /** Since the story began. */
  long millis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
  }

  /** Deliveries of this story that the inboxes knew already. */
  long duplicates() {
    duplicates.look();
    return duplicates.absorbed() - duplicatesBefore;
  }

  boolean allUp() {
    return states.notUp().isEmpty();
  }

  List<Sample> samples() {
    return samples;
  }

  @Override
  public void close() {
    states.close();
  }
}
