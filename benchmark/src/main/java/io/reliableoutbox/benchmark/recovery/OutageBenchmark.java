package io.reliableoutbox.benchmark.recovery;

import io.reliableoutbox.benchmark.Benchmark;
import io.reliableoutbox.benchmark.Plan;
import io.reliableoutbox.benchmark.Report;
import io.reliableoutbox.benchmark.drain.DrainRate;
import io.reliableoutbox.benchmark.figures.Curve;
import io.reliableoutbox.benchmark.figures.Result;
import io.reliableoutbox.benchmark.stand.Pause;
import io.reliableoutbox.benchmark.stand.Stand;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.time.Duration;
import java.util.ArrayList;

/** How fast a relay works off what a broker that was away has left, while the load goes on. */
public final class OutageBenchmark implements Benchmark {
  private static final String RECOVERING = "published a second while recovering";
  private static final String DRAIN = "drain rate";
  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final long STEP_MILLIS = 250;

  @Override
  public String name() {
    return "recovery";
  }

  @Override
  public Result run(Stand stand, Plan plan) {
    var outage = plan.time(20, 60);
    var report = new Report();
    for (int round = 0; round < plan.rounds(1, 3); round++) {
      double drainRate = DrainRate.ofOneRelay(stand, plan);
      report.measured(DRAIN, "/s", drainRate);
      outage(stand, plan, drainRate / 2, outage, report);
    }
    report.compare(RECOVERING, DRAIN);
    return report
        .setting("outage", outage.toSeconds() + " s")
        .setting("load", "half the drain rate")
        .note("Published while recovering: the backlog and what came meanwhile.")
        .note(
            "Nobody consumes: queues are emptied when they hold as many messages as one drain publishes (%,d), since the broker is slower with longer ones."
                .formatted(DrainRate.ROWS))
        .result(
            name(),
            "a broker that is away: from its return until nothing waits",
            "the backlog goes at 0.9 of the drain rate or more",
            stand);
  }

  private static void outage(Stand stand, Plan plan, double rate, Duration outage, Report report) {
    stand.queues().purge();
    stand.outbox().clear();
    stand.sql().run("checkpoint");
    try (var relay = stand.relay(plan.relayJar(), plan.jvm())) {
      relay.awaitReady();
      try (var load = new Inserts(stand.sql(), rate, plan.payloadBytes())) {
        Pause.millis(WARM_UP.toMillis());
        stand.broker().stop();
        Pause.millis(outage.toMillis());
        stand.broker().start();
        stand.reconnect();
        watch(stand, load, report);
      }
      stand.outbox().awaitPublished(LIMIT);
    }
  }

  private static void watch(Stand stand, Inserts load, Report report) {
    var seconds = new ArrayList<Double>();
    var backlog = new ArrayList<Double>();
    long begin = System.nanoTime();
    long insertedBefore = load.inserted();
    long waitedBefore = stand.outbox().waiting();
    long waiting = waitedBefore;
    // What half a second of load brings is no backlog.
    while (waiting > load.perSecond() / 2) {
      if (System.nanoTime() - begin > LIMIT.toNanos()) {
        throw new InfrastructureException(waiting + " events still wait.");
      }
      Pause.millis(STEP_MILLIS);
      stand.queues().keepBelow(DrainRate.ROWS);
      waiting = stand.outbox().waiting();
      seconds.add((System.nanoTime() - begin) / 1e9);
      backlog.add((double) waiting);
    }
    double took = (System.nanoTime() - begin) / 1e9;
    report.measured("until the backlog is gone", "s", took);
    report.measured("backlog at the broker's return", "events", (double) waitedBefore);
    report.measured(
        RECOVERING, "/s", (waitedBefore - waiting + load.inserted() - insertedBefore) / took);
    report.curve(
        new Curve("backlog|seconds since the broker's return|events", "backlog", seconds, backlog));
  }
}
