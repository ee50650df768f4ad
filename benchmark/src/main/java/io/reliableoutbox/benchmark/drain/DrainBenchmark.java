package io.reliableoutbox.benchmark.drain;

import io.reliableoutbox.benchmark.Benchmark;
import io.reliableoutbox.benchmark.Plan;
import io.reliableoutbox.benchmark.Report;
import io.reliableoutbox.benchmark.figures.Result;
import io.reliableoutbox.benchmark.figures.Row;
import io.reliableoutbox.benchmark.stand.OutboxTable;
import io.reliableoutbox.benchmark.stand.Stand;
import java.util.ArrayList;
import java.util.List;

/** One relay that works off a backlog, against the fastest that publishes without an outbox. */
public final class DrainBenchmark implements Benchmark {
  /** Unconfirmed messages: the relay's own default, and given to the yardsticks. */
  static final int WINDOW = 1000;

  @Override
  public String name() {
    return "drain";
  }

  @Override
  public Result run(Stand stand, Plan plan) {
    long rows = plan.messages(DrainMeter.ROWS, DrainMeter.ROWS);
    var content = new OutboxTable.Content(rows, Math.max(1, rows / 2), plan.payloadBytes());
    var relays = RelaysContender.ofEachBuild(stand, plan);
    var yardsticks = yardsticks(stand, plan);
    var others = others(stand, plan);
    var all = new ArrayList<>(relays);
    all.addAll(yardsticks);
    all.addAll(others);
    var rounds = new Rounds(new DrainMeter(stand));
    rounds.run(plan.rounds(3, 7), all, content);
    var report =
        new Report()
            .setting("payload", plan.payloadBytes() + " bytes")
            .setting("window", WINDOW)
            .setting("heap", plan.jvm().heapMegabytes() + " MB")
            .note("Rates are those from 20 % to 90 % of the messages, by the broker's own count.")
            .note(
                "Relay and bare publisher have published as many before; the relay's rows come in one"
                    + " transaction. A relay that has just started still compiles meanwhile, and so"
                    + " does PerfTest, a little.")
            .note(
                "The yardsticks publish what the relay publishes: what its properties and"
                    + " headers cost the broker shows in PerfTest with bodies only.");
    var fastest = yardsticks.isEmpty() ? relays.get(0) : rounds.fastest(yardsticks);
    relays.forEach(relay -> rounds.report(report, relay, fastest));
    yardsticks.forEach(yardstick -> rounds.report(report, yardstick, fastest));
    others.forEach(other -> rounds.report(report, other, fastest));
    yardsticks.forEach(yardstick -> ownWord(report, yardstick));
    return report.result(
        name(),
        "one relay, %,d pending rows over %,d aggregates, to three quorum queues"
            .formatted(content.rows(), content.aggregates()),
        "0.90 of the faster yardstick, or more",
        stand);
  }

  /** So that it can be seen that what is measured from outside is what it measures itself. */
  private static void ownWord(Report report, Contender yardstick) {
    if (yardstick instanceof PerfTestContender perfTest && !perfTest.ownRates().isEmpty()) {
      report.row(new Row(perfTest.label() + ", by its own word", "/s", perfTest.ownRates(), null));
    }
  }

  private static List<Contender> yardsticks(Stand stand, Plan plan) {
    return plan.yardstick()
        ? List.of(
            new PerfTestContender(stand, plan.jvm(), true), new BareContender(stand, plan.jvm()))
        : List.of();
  }

  private static List<Contender> others(Stand stand, Plan plan) {
    return plan.yardstick()
        ? List.of(
            new RelayContender("relay, just started", stand, plan.relayJar(), plan.jvm()),
            new PerfTestContender(stand, plan.jvm(), false))
        : List.of();
  }
}
