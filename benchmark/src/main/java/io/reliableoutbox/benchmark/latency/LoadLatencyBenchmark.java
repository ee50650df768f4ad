package io.reliableoutbox.benchmark.latency;

import io.reliableoutbox.benchmark.Benchmark;
import io.reliableoutbox.benchmark.Plan;
import io.reliableoutbox.benchmark.Report;
import io.reliableoutbox.benchmark.figures.Result;
import io.reliableoutbox.benchmark.load.Backlog;
import io.reliableoutbox.benchmark.load.CapacitySearch;
import io.reliableoutbox.benchmark.load.OpenLoop;
import io.reliableoutbox.benchmark.load.Threads;
import io.reliableoutbox.benchmark.stand.Pause;
import io.reliableoutbox.benchmark.stand.Stand;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.order.outbox.WakeUpHint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * From just before the commit to the delivery, at shares of the highest rate of commits that the
 * relay keeps up with on this machine, writers and consumer included.
 */
public final class LoadLatencyBenchmark implements Benchmark {
  private static final int WRITERS = 8;
  private static final int START = 1000;
  private static final List<Integer> SHARES = List.of(50, 80);
  private static final Duration TRIAL = Duration.ofSeconds(6);
  private static final Duration REST = Duration.ofSeconds(60);
  private static final long TOO_LATE_NANOS = Duration.ofMillis(500).toNanos();

  @Override
  public String name() {
    return "load-latency";
  }

  @Override
  public Result run(Stand stand, Plan plan) {
    stand.queues().purge();
    stand.outbox().clear();
    Writer.prepare(stand.sql());
    var report = new Report();
    var percentiles = new Percentiles(report);
    try (var relay = stand.relay(plan.relayJar(), plan.jvm());
        var hint = OutboxWriter.hint(stand.sql());
        var deliveries = new Deliveries(stand.connection())) {
      relay.awaitReady();
      stand.outbox().warmRelays(Warming.rows(plan));
      var load = new Load(stand, deliveries, Event.thing(plan.payloadBytes()), hint);
      int capacity = CapacitySearch.highest(START, load::isBorne);
      report.measured("highest rate that is borne", "/s", capacity);
      for (int round = 0; round < plan.rounds(2, 5); round++) {
        for (int share : SHARES) {
          load.run(capacity * share / 100.0, plan.time(15, 60));
          percentiles.add("relay", "at " + share + " %", deliveries.take(REST));
        }
      }
    } catch (Exception e) {
      throw new InfrastructureException("The latency can't be measured: " + e.getMessage(), e);
    }
    percentiles.draw("latency under load");
    return report
        .setting("payload", plan.payloadBytes() + " bytes")
        .setting("writers", WRITERS)
        .note("Open loop: a send that starts late counts from its intended time.")
        .note("The relay has published %,d rows before.".formatted(Warming.rows(plan).rows()))
        .result(
            name(),
            "from just before the commit to the delivery, under load",
            "p99 below 100 ms at 50 %",
            stand);
  }

  /** Writers that commit one event a transaction, each on a connection of its own. */
  private record Load(Stand stand, Deliveries deliveries, Event event, WakeUpHint hint) {
    boolean isBorne(int rate) {
      var backlog = new Backlog(stand);
      var halfway =
          CompletableFuture.supplyAsync(
              () -> {
                Pause.millis(TRIAL.toMillis() / 2);
                return backlog.events();
              });
      long latest = run(rate, TRIAL);
      boolean borne = latest < TOO_LATE_NANOS && !backlog.grows(rate, halfway.join());
      System.out.printf("  %d/s is %s%n", rate, borne ? "borne" : "too much");
      var unused = deliveries.take(REST);
      return borne;
    }

    /** How late the latest send was. */
    long run(double rate, Duration time) {
      var writers = new ArrayList<Callable<Long>>();
      for (int n = 0; n < WRITERS; n++) {
        writers.add(() -> write(rate / WRITERS, time));
      }
      return Threads.all(writers).stream().mapToLong(Long::longValue).max().orElse(0);
    }

    private long write(double rate, Duration time) throws Exception {
      try (var writer = new OutboxWriter(stand.sql(), deliveries, event, hint)) {
        return new OpenLoop(rate, time).run(writer::write);
      }
    }
  }
}
