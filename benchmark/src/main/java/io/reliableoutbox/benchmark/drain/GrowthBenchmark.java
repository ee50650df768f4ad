package io.reliableoutbox.benchmark.drain;

import io.reliableoutbox.benchmark.Benchmark;
import io.reliableoutbox.benchmark.Plan;
import io.reliableoutbox.benchmark.Report;
import io.reliableoutbox.benchmark.figures.Result;
import io.reliableoutbox.benchmark.stand.OutboxTable;
import io.reliableoutbox.benchmark.stand.Stand;
import java.util.ArrayList;
import java.util.List;

/** Whether an outbox that has grown is drained as fast as an empty one. */
public final class GrowthBenchmark implements Benchmark {
  private static final long BLOCKED = 100_000;

  @Override
  public String name() {
    return "growth";
  }

  @Override
  public Result run(Stand stand, Plan plan) {
    long rows = plan.messages(DrainMeter.ROWS, DrainMeter.ROWS);
    var content = new OutboxTable.Content(rows, Math.max(1, rows / 2), plan.payloadBytes());
    var empty = relay(stand, plan, "empty", Scene.EMPTY);
    var others = new ArrayList<Contender>();
    others.add(relay(stand, plan, "empty, again", Scene.EMPTY));
    for (long settled : plan.full() ? List.of(1_000_000L, 10_000_000L) : List.of(300_000L)) {
      others.add(
          relay(
              stand,
              plan,
              "%,d settled".formatted(settled),
              Scenes.settled(settled, plan.payloadBytes())));
    }
    long held = plan.full() ? 1_000_000 : 300_000;
    others.add(
        relay(
            stand,
            plan,
            "%,d settled, transaction open".formatted(held),
            Scenes.settledBehindAnOpenTransaction(held, plan.payloadBytes())));
    others.add(
        relay(
            stand,
            plan,
            "1 parked, %,d blocked".formatted(BLOCKED),
            Scenes.parked(BLOCKED, plan.payloadBytes())));
    return run(stand, plan, empty, others, content);
  }

  private Result run(
      Stand stand,
      Plan plan,
      Contender empty,
      List<Contender> others,
      OutboxTable.Content content) {
    var all = new ArrayList<>(List.of(empty));
    all.addAll(others);
    var rounds = new Rounds(new DrainMeter(stand));
    rounds.run(plan.rounds(1, 7), all, content);
    var report = new Report().setting("payload", plan.payloadBytes() + " bytes");
    rounds.report(report, empty, empty);
    others.forEach(other -> rounds.report(report, other, empty));
    return report
        .note("The relay runs and is warm when the rows come, in one transaction.")
        .note("'empty, again' is the same as 'empty': its range is what chance does.")
        .result(
            name(),
            "one relay, %,d pending rows in an outbox that has grown".formatted(content.rows()),
            "0.95 of the empty outbox, or more, or inside the range of the empty one against itself",
            stand);
  }

  private static Contender relay(Stand stand, Plan plan, String label, Scene scene) {
    return new RelaysContender(label, stand, plan.relayJar(), plan.jvm(), 1, scene);
  }
}
