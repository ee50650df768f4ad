package io.reliableoutbox.benchmark.drain;

import io.reliableoutbox.benchmark.Benchmark;
import io.reliableoutbox.benchmark.Plan;
import io.reliableoutbox.benchmark.Report;
import io.reliableoutbox.benchmark.figures.Result;
import io.reliableoutbox.benchmark.figures.Row;
import io.reliableoutbox.benchmark.stand.OutboxTable;
import io.reliableoutbox.benchmark.stand.Stand;
import java.util.List;

/** Whether one busy aggregate slows the others down. */
public final class HotKeyBenchmark implements Benchmark {
  @Override
  public String name() {
    return "hot-key";
  }

  @Override
  public Result run(Stand stand, Plan plan) {
    long others = plan.messages(100_000, 100_000);
    long hotRows = Math.max(1, others / 5);
    var content = new OutboxTable.Content(others, others, plan.payloadBytes());
    var alone = new RelayContender("the others alone", stand, plan.relayJar(), plan.jvm());
    var beside =
        new HotKeyContender("the others beside it", stand, plan.relayJar(), plan.jvm(), hotRows);
    var rounds = new Rounds(new DrainMeter(stand));
    for (int round = 0; round < plan.rounds(2, 5); round++) {
      rounds.run(1, List.of(alone, beside), content);
      beside.note();
    }
    var report = new Report().setting("payload", plan.payloadBytes() + " bytes");
    rounds.report(report, beside, alone);
    rounds.report(report, alone, alone);
    report.row(new Row("the hot aggregate meanwhile", "/s", beside.hotRates(), null));
    return report
        .note(
            "Of an aggregate one message is unconfirmed at a time: its rate is one over a confirm.")
        .result(
            name(),
            "one aggregate with %,d rows among %,d with one each".formatted(hotRows, others),
            "the others 0.9 of what they get alone, or more",
            stand);
  }
}
