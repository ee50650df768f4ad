package io.reliableoutbox.benchmark.drain;

import io.reliableoutbox.benchmark.Benchmark;
import io.reliableoutbox.benchmark.Plan;
import io.reliableoutbox.benchmark.Report;
import io.reliableoutbox.benchmark.figures.Result;
import io.reliableoutbox.benchmark.stand.OutboxTable;
import io.reliableoutbox.benchmark.stand.Stand;
import java.util.List;
import java.util.stream.Stream;

/** What further relays bring. */
public final class RelaysBenchmark implements Benchmark {
  @Override
  public String name() {
    return "drain-relays";
  }

  @Override
  public Result run(Stand stand, Plan plan) {
    long rows = plan.messages(DrainMeter.ROWS, DrainMeter.ROWS);
    var content = new OutboxTable.Content(rows, Math.max(1, rows / 2), plan.payloadBytes());
    List<Contender> relays =
        Stream.of(1, 2, 4).<Contender>map(n -> relays(stand, plan, n)).toList();
    var rounds = new Rounds(new DrainMeter(stand));
    rounds.run(plan.rounds(2, 5), relays, content);
    var report = new Report().setting("payload", plan.payloadBytes() + " bytes");
    relays.forEach(contender -> rounds.report(report, contender, relays.get(0)));
    return report
        .note("The relays run and are warm when the rows come, in one transaction.")
        .result(
            name(),
            "several relays share %,d rows over %,d aggregates"
                .formatted(rows, content.aggregates()),
            "2 relays: 0.9 of one, or more; 4: stated",
            stand);
  }

  private static Contender relays(Stand stand, Plan plan, int number) {
    var label = number == 1 ? "1 relay" : number + " relays";
    return new RelaysContender(label, stand, plan.relayJar(), plan.jvm(), number, Scene.EMPTY);
  }
}
