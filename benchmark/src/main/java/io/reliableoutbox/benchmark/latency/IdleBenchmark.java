package io.reliableoutbox.benchmark.latency;

import io.reliableoutbox.benchmark.Benchmark;
import io.reliableoutbox.benchmark.Plan;
import io.reliableoutbox.benchmark.Report;
import io.reliableoutbox.benchmark.figures.Result;
import io.reliableoutbox.benchmark.stand.AppProcess;
import io.reliableoutbox.benchmark.stand.Cpu;
import io.reliableoutbox.benchmark.stand.Pause;
import io.reliableoutbox.benchmark.stand.Stand;
import java.time.Duration;

/** What a relay costs that has nothing to do. */
public final class IdleBenchmark implements Benchmark {
  private static final Duration SETTLE = Duration.ofSeconds(60);
  private static final double MICROS_PER_PERCENT = 1e4;
  private static final String TRANSACTIONS =
      "select xact_commit + xact_rollback from pg_stat_database where datname = current_database()";

  @Override
  public String name() {
    return "idle";
  }

  @Override
  public Result run(Stand stand, Plan plan) {
    stand.queues().purge();
    stand.outbox().clear();
    var time = plan.time(30, 60);
    var report = new Report();
    for (int round = 0; round < plan.rounds(1, 3); round++) {
      for (var jar : plan.relayJars()) {
        try (var relay = stand.relay(jar, plan.jvm())) {
          relay.awaitReady();
          Pause.millis(SETTLE.toMillis());
          look(stand, relay, time, plan.label(jar), report);
        }
      }
    }
    return report
        .setting("after", SETTLE.toSeconds() + " s")
        .setting("over", time.toSeconds() + " s")
        .note("A statement outside a transaction block is a transaction here.")
        .result(name(), "what an idle relay costs", "stated", stand);
  }

  private static void look(
      Stand stand, AppProcess relay, Duration time, String label, Report report) {
    long transactions = stand.sql().number(TRANSACTIONS);
    long relayBefore = Cpu.micros(relay.pid());
    long postgresBefore = Cpu.micros(stand.postgres().pid());
    Pause.millis(time.toMillis());
    double scale = MICROS_PER_PERCENT * time.toSeconds();
    report.measured(
        label + ", share of a processor", "%", (Cpu.micros(relay.pid()) - relayBefore) / scale);
    report.measured(
        label + ", PostgreSQL's share",
        "%",
        (Cpu.micros(stand.postgres().pid()) - postgresBefore) / scale);
    report.measured(
        label + ", transactions",
        "/s",
        (double) (stand.sql().number(TRANSACTIONS) - transactions) / time.toSeconds());
  }
}
