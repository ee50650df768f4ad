package io.reliableoutbox.benchmark.drain;

import io.reliableoutbox.benchmark.Benchmark;
import io.reliableoutbox.benchmark.Plan;
import io.reliableoutbox.benchmark.Report;
import io.reliableoutbox.benchmark.figures.Result;
import io.reliableoutbox.benchmark.stand.OutboxTable;
import io.reliableoutbox.benchmark.stand.Stand;
import java.util.ArrayList;
import java.util.List;

/** How small a heap may be that drains a large backlog as fast as the usual one. */
public final class MemoryBenchmark implements Benchmark {
  private static final int TARGET = 64;
  private static final int USUAL = 256;

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public Result run(Stand stand, Plan plan) {
    long rows = plan.messages(300_000, 1_000_000);
    var content = new OutboxTable.Content(rows, Math.max(1, rows / 2), plan.payloadBytes());
    var usual = relay(stand, plan, USUAL);
    var small = heaps(plan).stream().map(heap -> relay(stand, plan, heap)).toList();
    var all = new ArrayList<>(small);
    all.add(usual);
    var rounds = new Rounds(new DrainMeter(stand));
    rounds.run(plan.rounds(1, 3), all, content);
    var report = new Report().setting("payload", plan.payloadBytes() + " bytes");
    all.forEach(relay -> rounds.report(report, relay, usual));
    return report.result(
        name(),
        "one relay, %,d pending rows, with a small heap".formatted(rows),
        "%d MB: 0.95 of the rate with %d MB, or more".formatted(TARGET, USUAL),
        stand);
  }

  private static List<Integer> heaps(Plan plan) {
    return plan.full() ? List.of(32, 40, 48, TARGET) : List.of(TARGET);
  }

  private static Contender relay(Stand stand, Plan plan, int heap) {
    return new RelayContender(
        "heap of " + heap + " MB", stand, plan.relayJar(), plan.jvm().withHeap(heap));
  }
}
