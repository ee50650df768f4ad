package io.reliableoutbox.benchmark.drain;

import io.reliableoutbox.benchmark.Benchmark;
import io.reliableoutbox.benchmark.Plan;
import io.reliableoutbox.benchmark.Report;
import io.reliableoutbox.benchmark.figures.Result;
import io.reliableoutbox.benchmark.stand.OutboxTable;
import io.reliableoutbox.benchmark.stand.Stand;
import java.util.List;

/** Whether a small heap drains a large backlog as fast as a larger one. */
public final class MemoryBenchmark implements Benchmark {
  private static final int SMALL = 64;
  private static final int LARGE = 256;

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public Result run(Stand stand, Plan plan) {
    long rows = plan.messages(300_000, 1_000_000);
    var content = new OutboxTable.Content(rows, Math.max(1, rows / 2), plan.payloadBytes());
    var small = relay(stand, plan, SMALL);
    var large = relay(stand, plan, LARGE);
    var rounds = new Rounds(new DrainMeter(stand));
    rounds.run(plan.rounds(1, 3), List.of(small, large), content);
    var report = new Report().setting("payload", plan.payloadBytes() + " bytes");
    rounds.report(report, small, large);
    rounds.report(report, large, large);
    return report.result(
        name(),
        "one relay, %,d pending rows, with a small heap".formatted(rows),
        "%d MB: 0.95 of the rate with %d MB, or more".formatted(SMALL, LARGE),
        stand);
  }

  private static Contender relay(Stand stand, Plan plan, int heap) {
    return new RelayContender(
        "heap of " + heap + " MB", stand, plan.relayJar(), plan.jvm().withHeap(heap), Scene.EMPTY);
  }
}
