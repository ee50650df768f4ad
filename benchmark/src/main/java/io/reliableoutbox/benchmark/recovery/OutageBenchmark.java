package io.reliableoutbox.benchmark.recovery;

import io.reliableoutbox.benchmark.Benchmark;
import io.reliableoutbox.benchmark.Plan;
import io.reliableoutbox.benchmark.Report;
import io.reliableoutbox.benchmark.figures.Result;
import io.reliableoutbox.benchmark.stand.OutboxTable;
import io.reliableoutbox.benchmark.stand.Pause;
import io.reliableoutbox.benchmark.stand.Stand;
import java.time.Duration;

/**
 * How fast a relay works off what a broker that was away has left, while the load goes on; beside
 * the same relay with the same rows and no outage.
 */
public final class OutageBenchmark implements Benchmark {
  private static final String RECOVERING = "published a second while recovering";
  private static final String DRAIN = "drain rate";
  private static final long ROWS = 100_000;
  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final Duration LIMIT = Duration.ofMinutes(10);

  @Override
  public String name() {
    return "recovery";
  }

  @Override
  public Result run(Stand stand, Plan plan) {
    var outage = plan.time(20, 60);
    var report = new Report();
    for (int round = 0; round < plan.rounds(1, 3); round++) {
      round(stand, plan, outage, report);
    }
    report.compare(RECOVERING, DRAIN);
    return report
        .setting("outage", outage.toSeconds() + " s")
        .setting("load", "half the drain rate")
        .note("Published while recovering: the backlog and what came meanwhile.")
        .note(
            "Both with consumers that take what comes and do nothing with it; the drain rate is that of the same relay, of %,d rows at once, from their commit until none waits."
                .formatted(ROWS))
        .result(
            name(),
            "a broker that is away: from when it and its consumers are back until nothing waits",
            "the backlog goes at 0.9 of the drain rate or more",
            stand);
  }

  private static void round(Stand stand, Plan plan, Duration outage, Report report) {
    stand.queues().purge();
    stand.outbox().clear();
    try (var relay = stand.relay(plan.relayJar(), plan.jvm())) {
      relay.awaitReady();
      double rate;
      try (var takers = new Takers(stand)) {
        rate = drainRate(stand, takers, plan.payloadBytes());
      }
      report.measured(DRAIN, "/s", rate);
      outage(stand, new Inserts(stand.sql(), rate / 2, plan.payloadBytes()), outage, report);
      stand.outbox().awaitPublished(LIMIT);
    }
  }

  private static double drainRate(Stand stand, Takers takers, int payloadBytes) {
    var content = new OutboxTable.Content(ROWS, ROWS, payloadBytes);
    stand.outbox().warmRelays(content);
    stand.outbox().insert(content);
    double rate = new Backlog(stand.outbox(), () -> 0).watch("drain", 0).rate();
    takers.requireShortQueues();
    stand.outbox().empty();
    stand.outbox().settle();
    return rate;
  }

  private static void outage(Stand stand, Inserts load, Duration outage, Report report) {
    try (load) {
      try (var takers = new Takers(stand)) {
        Pause.millis(WARM_UP.toMillis());
        takers.requireShortQueues();
      }
      stand.broker().stop();
      Pause.millis(outage.toMillis());
      stand.broker().start();
      stand.reconnect();
      try (var takers = new Takers(stand)) {
        // What half a second of load brings is no backlog.
        var gone =
            new Backlog(stand.outbox(), load::inserted).watch("recovery", load.perSecond() / 2);
        takers.requireShortQueues();
        report.measured("until the backlog is gone", "s", gone.seconds());
        report.measured("backlog at the broker's return", "events", (double) gone.rows());
        report.measured(RECOVERING, "/s", gone.rate());
        report.curve(gone.curve());
      }
    }
  }
}
