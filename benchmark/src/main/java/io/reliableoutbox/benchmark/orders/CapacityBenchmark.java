package io.reliableoutbox.benchmark.orders;

import io.reliableoutbox.benchmark.Benchmark;
import io.reliableoutbox.benchmark.Plan;
import io.reliableoutbox.benchmark.Report;
import io.reliableoutbox.benchmark.figures.Result;
import io.reliableoutbox.benchmark.load.Backlog;
import io.reliableoutbox.benchmark.load.CapacitySearch;
import io.reliableoutbox.benchmark.load.OpenLoop;
import io.reliableoutbox.benchmark.load.Threads;
import io.reliableoutbox.benchmark.stand.AppProcess;
import io.reliableoutbox.benchmark.stand.Pause;
import io.reliableoutbox.benchmark.stand.Stand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** The highest rate of orders over HTTP at which nothing piles up, from order to effects. */
public final class CapacityBenchmark implements Benchmark {
  private static final int CONNECTIONS = 16;
  private static final int START = 200;
  private static final String CONSUMERS = "email,inventory,analytics";
  private static final Duration TRIAL = Duration.ofSeconds(8);
  private static final int LEAST_WARM_UPS = 4;
  private static final int MOST_WARM_UPS = 12;
  private static final Duration REST = Duration.ofMinutes(2);
  private static final long TOO_LATE_NANOS = Duration.ofSeconds(1).toNanos();

  @Override
  public String name() {
    return "capacity";
  }

  @Override
  public Result run(Stand stand, Plan plan) {
    stand.queues().purge();
    stand.outbox().clear();
    var report = new Report();
    var time = plan.time(20, 60);
    for (int size : new int[] {1, 2}) {
      measure(stand, plan, size, time, report);
    }
    report.compare(label(2), label(1));
    return report
        .setting("held for", time.toSeconds() + " s")
        .note(
            "The backlog is looked at halfway and at the end; order-app, relays, consumer-apps, PostgreSQL, the broker and the client share the machine.")
        .result(
            name(),
            "the highest rate of POST /orders at which no backlog grows",
            "stated; more with two relays and two consumer-apps where there are processors for them",
            stand);
  }

  private static String label(int size) {
    return size == 1 ? "1 relay, 1 consumer-app" : size + " relays, " + size + " consumer-apps";
  }

  private static void measure(Stand stand, Plan plan, int size, Duration time, Report report) {
    var apps = new ArrayList<AppProcess>();
    try {
      var orders = stand.orderApp(plan.jvm());
      apps.add(orders);
      for (int n = 0; n < size; n++) {
        apps.add(stand.relay(plan.relayJar(), plan.jvm()));
        apps.add(stand.consumer(CONSUMERS, plan.jvm()));
      }
      apps.forEach(AppProcess::awaitReady);
      var load = new Load(stand, orders.port());
      warmUp(load);
      int rate = CapacitySearch.highest(START, tried -> load.isBorne(tried, TRIAL));
      while (rate > 0 && !load.isBorne(rate, time)) {
        rate -= rate / 10 + 1;
      }
      report.measured(label(size), "/s", rate);
    } finally {
      apps.forEach(AppProcess::close);
    }
  }

  /**
   * Programs that have just started bear less than those that have run for a minute; the more of
   * them, the longer.
   */
  private static void warmUp(Load load) {
    boolean warm = false;
    for (int n = 0; n < LEAST_WARM_UPS || (n < MOST_WARM_UPS && !warm); n++) {
      warm = load.isBorne(START, TRIAL);
    }
  }

  /** Orders at a fixed rate over several connections. */
  private record Load(Stand stand, int port) {
    boolean isBorne(int rate, Duration time) {
      var backlog = new Backlog(stand);
      var halfway =
          CompletableFuture.supplyAsync(
              () -> {
                Pause.millis(time.toMillis() / 2);
                return backlog.events();
              });
      long latest = run(rate, time);
      boolean borne = !backlog.grows(rate, halfway.join()) && latest < TOO_LATE_NANOS;
      System.out.printf(
          "  %d/s for %d s is %s%n", rate, time.toSeconds(), borne ? "borne" : "too much");
      backlog.awaitEnd(REST);
      return borne;
    }

    private long run(int rate, Duration time) {
      Callable<Long> one = () -> place((double) rate / CONNECTIONS, time);
      List<Long> latest = Threads.all(Collections.nCopies(CONNECTIONS, one));
      return Collections.max(latest);
    }

    private long place(double rate, Duration time) throws Exception {
      try (var connection = new OrderConnection(port)) {
        return new OpenLoop(rate, time).run(late -> connection.place());
      }
    }
  }
}
