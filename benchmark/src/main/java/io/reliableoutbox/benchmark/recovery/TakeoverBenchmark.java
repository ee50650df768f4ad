package io.reliableoutbox.benchmark.recovery;

import io.reliableoutbox.benchmark.Benchmark;
import io.reliableoutbox.benchmark.Plan;
import io.reliableoutbox.benchmark.Report;
import io.reliableoutbox.benchmark.figures.Result;
import io.reliableoutbox.benchmark.latency.SteadyEvents;
import io.reliableoutbox.benchmark.stand.AppProcess;
import io.reliableoutbox.benchmark.stand.Pause;
import io.reliableoutbox.benchmark.stand.Stand;
import java.time.Duration;

/** How long events wait when one of two relays is killed, and when it is stopped. */
public final class TakeoverBenchmark implements Benchmark {
  private static final int RATE = 100;
  private static final Duration SHARED = Duration.ofSeconds(60);

  @Override
  public String name() {
    return "takeover";
  }

  @Override
  public Result run(Stand stand, Plan plan) {
    stand.queues().purge();
    stand.outbox().clear();
    var report = new Report();
    for (int round = 0; round < plan.rounds(1, 5); round++) {
      report.measured("killed (-9)", "s", longestWait(stand, plan, AppProcess::kill));
      report.measured("stopped", "s", longestWait(stand, plan, AppProcess::close));
    }
    return report
        .setting("lease", "10 s")
        .setting("load", RATE + "/s, an aggregate each")
        .note(
            "The longest time from a commit to its delivery, around the end of one of two relays.")
        .result(
            name(),
            "one of two relays ends: how long its events wait",
            "killed: the lease and 1 s at the most; stopped: 1 s",
            stand);
  }

  private static double longestWait(
      Stand stand, Plan plan, java.util.function.Consumer<AppProcess> end) {
    try (var first = stand.relay(plan.relayJar(), plan.jvm());
        var second = stand.relay(plan.relayJar(), plan.jvm())) {
      first.awaitReady();
      second.awaitReady();
      Pause.until("both own buckets", SHARED, () -> owners(stand) == 2);
      return new SteadyEvents(stand, plan.payloadBytes())
          .longestWaitSeconds(RATE, () -> end.accept(first));
    }
  }

  private static long owners(Stand stand) {
    return stand
        .sql()
        .number(
            """
            select count(*) from (
              select owner from ordering.outbox_bucket where expires_at > clock_timestamp()
              group by owner having count(*) = 32) shares
            """);
  }
}
