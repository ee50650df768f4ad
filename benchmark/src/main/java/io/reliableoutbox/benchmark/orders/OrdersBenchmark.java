package io.reliableoutbox.benchmark.orders;

import io.reliableoutbox.benchmark.Benchmark;
import io.reliableoutbox.benchmark.Plan;
import io.reliableoutbox.benchmark.Report;
import io.reliableoutbox.benchmark.figures.Measured;
import io.reliableoutbox.benchmark.figures.Result;
import io.reliableoutbox.benchmark.stand.AppProcess;
import io.reliableoutbox.benchmark.stand.Cpu;
import io.reliableoutbox.benchmark.stand.Stand;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the outbox costs those who place orders, and how near order-app comes to the database. */
public final class OrdersBenchmark implements Benchmark {
  private static final int CONNECTIONS = 16;
  private static final Duration WARM_UP = Duration.ofSeconds(15);
  private static final String APP = "order-app";
  private static final String WITHOUT = "order-app without outbox";
  private static final String PGBENCH = "pgbench";

  @Override
  public String name() {
    return "orders";
  }

  @Override
  public Result run(Stand stand, Plan plan) {
    var runs = new LinkedHashMap<String, List<Measured>>();
    var unpacked = new NoOutbox(stand);
    var time = plan.time(10, 30);
    try (var app = stand.orderApp(plan.jvm(), unpacked.program(/* withOutbox= */ true));
        var without = stand.orderApp(plan.jvm(), unpacked.program(/* withOutbox= */ false))) {
      var warmUp = new ClosedLoop(CONNECTIONS, WARM_UP);
      var unused = warmUp.rate(app.awaitReady().port()) + warmUp.rate(without.awaitReady().port());
      var loop = new ClosedLoop(CONNECTIONS, time);
      for (int round = 0; round < plan.rounds(3, 7); round++) {
        note(runs, APP, placed(stand, app, loop));
        note(runs, WITHOUT, placed(stand, without, loop));
        if (PgBench.installed()) {
          clear(stand);
          var rate = new PgBench(stand).rate(CONNECTIONS, time);
          note(runs, PGBENCH, new Measured(rate, Map.of()));
        }
      }
      requireSilence(stand, without.port());
    }
    clear(stand);
    var report = new Report();
    runs.forEach(
        (label, all) -> report.row(Measured.row(label, all, label.equals(APP) ? WITHOUT : null)));
    if (PgBench.installed()) {
      report.row(
          Measured.row(APP + ", against pgbench", runs.getOrDefault(APP, List.of()), PGBENCH));
    } else {
      report.note("pgbench is not installed here: not measured.");
    }
    return report
        .setting("connections", CONNECTIONS)
        .setting("each", time.toSeconds() + " s")
        .note("Closed loop, all processes and the client on the same machine; no relay runs.")
        .result(
            name(),
            "POST /orders with two lines",
            "0.85 of the app without its outbox insert, 0.5 of the same transaction by pgbench, or more",
            stand);
  }

  private static Measured placed(Stand stand, AppProcess app, ClosedLoop loop) {
    clear(stand);
    var before = used(stand, app);
    double rate = loop.rate(app.port());
    double orders = rate * loop.time().toNanos() / 1e9;
    var costs = new LinkedHashMap<String, Double>();
    used(stand, app)
        .forEach(
            (process, micros) ->
                costs.put(process, (micros - before.getOrDefault(process, micros)) / orders));
    return new Measured(rate, costs);
  }

  private static Map<String, Long> used(Stand stand, AppProcess app) {
    var own = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    return Map.of(
        APP,
        Cpu.micros(app.pid()),
        "postgres",
        Cpu.micros(stand.postgres().pid()),
        "client",
        own.toNanos() / 1000);
  }

  private static void note(Map<String, List<Measured>> runs, String label, Measured run) {
    runs.computeIfAbsent(label, it -> new ArrayList<>()).add(run);
    System.out.printf("  %-24s %7.0f /s  %s%n", label, run.rate(), run.costsInShort());
  }

  /** The overlay must have been in effect, or the comparison compares nothing. */
  private static void requireSilence(Stand stand, int port) {
    clear(stand);
    var unused = new ClosedLoop(1, Duration.ofSeconds(1)).rate(port);
    if (stand.sql().number("select count(*) from ordering.outbox") > 0
        || stand.sql().number("select count(*) from ordering.orders") == 0) {
      throw new InfrastructureException("The order-app without outbox did write events.");
    }
  }

  private static void clear(Stand stand) {
    stand.outbox().clear();
    stand
        .sql()
        .run(
            "truncate ordering.orders, ordering.order_lines, ordering.idempotency_key",
            "checkpoint");
  }
}
