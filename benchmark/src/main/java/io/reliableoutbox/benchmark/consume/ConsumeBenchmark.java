package io.reliableoutbox.benchmark.consume;

import io.reliableoutbox.benchmark.Benchmark;
import io.reliableoutbox.benchmark.Plan;
import io.reliableoutbox.benchmark.Report;
import io.reliableoutbox.benchmark.figures.Measured;
import io.reliableoutbox.benchmark.figures.Result;
import io.reliableoutbox.benchmark.stand.Queues;
import io.reliableoutbox.benchmark.stand.Stand;
import io.reliableoutbox.benchmark.yardstick.PerfTest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How fast each consumer works off its queue, against a consumer that does nothing. */
public final class ConsumeBenchmark implements Benchmark {
  /** Those of consumer-app: its prefetch, and the most that it acknowledges at once. */
  static final int PREFETCH = 200;

  private static final String YARDSTICK = "PerfTest";

  @Override
  public String name() {
    return "consume";
  }

  @Override
  public Result run(Stand stand, Plan plan) {
    long messages = plan.messages(30_000, 100_000);
    var meter = new ConsumeMeter(stand, messages);
    var runs = new LinkedHashMap<String, List<Measured>>();
    for (int round = 0; round < plan.rounds(3, 5); round++) {
      for (var queue : Queues.NAMES) {
        var consumer = queue.replace(".orders", "");
        note(runs, consumer, meter.run(queue, new AppConsumer(stand, plan.jvm(), consumer)));
      }
      if (plan.yardstick()) {
        var perfTest = new PerfTestConsumer(new PerfTest(stand, plan.jvm()), stand);
        note(runs, YARDSTICK, meter.run(Queues.NAMES.get(0), perfTest));
      }
    }
    var report = new Report();
    runs.forEach((label, all) -> report.row(Measured.row(label, all, against(label, plan))));
    return report
        .setting("prefetch", PREFETCH)
        .note(
            "Order events, an aggregate each, from 20 % to 90 % of them, by what is left in the queue."
                + " Each consumer has taken as many before.")
        .result(
            name(),
            "%,d messages in a quorum queue, to effects in PostgreSQL".formatted(messages),
            "0.5 of PerfTest's consumer with the same prefetch and multiple acks, or more",
            stand);
  }

  private static void note(Map<String, List<Measured>> runs, String label, Measured run) {
    runs.computeIfAbsent(label, it -> new ArrayList<>()).add(run);
    System.out.printf("  %-12s %7.0f /s  %s%n", label, run.rate(), run.costsInShort());
  }

  private static @Nullable String against(String label, Plan plan) {
    return plan.yardstick() && !label.equals(YARDSTICK) ? YARDSTICK : null;
  }
}
