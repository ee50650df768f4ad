package io.reliableoutbox.benchmark.latency;

import io.reliableoutbox.benchmark.Benchmark;
import io.reliableoutbox.benchmark.Plan;
import io.reliableoutbox.benchmark.Report;
import io.reliableoutbox.benchmark.figures.Result;
import io.reliableoutbox.benchmark.load.OpenLoop;
import io.reliableoutbox.benchmark.stand.Stand;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * From just before the commit to the delivery, and to the effect, while there is little to do.
 * Deliveries go to a consumer in this process, effects are those of a consumer-app.
 */
public final class IdleLatencyBenchmark implements Benchmark {
  private static final List<Integer> RATES = List.of(50, 100);
  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final int BUSY = 500;
  private static final Duration BUSY_FOR = Duration.ofSeconds(20);
  private static final Duration STRAGGLERS = Duration.ofSeconds(20);
  private static final String STRAIGHT = "publish after commit";
  private static final String CONSUMER = "analytics";

  @Override
  public String name() {
    return "idle-latency";
  }

  @Override
  public Result run(Stand stand, Plan plan) {
    stand.queues().purge();
    stand.outbox().clear();
    Writer.prepare(stand.sql());
    var report = new Report();
    var percentiles = new Percentiles(report);
    try {
      for (int round = 0; round < plan.rounds(3, 5); round++) {
        deliveries(stand, plan, percentiles);
      }
      effects(stand, plan, percentiles);
    } catch (Exception e) {
      throw new InfrastructureException("The latency can't be measured: " + e.getMessage(), e);
    }
    percentiles.draw("idle latency");
    return report
        .setting("payload", plan.payloadBytes() + " bytes")
        .setting("each rate", time(plan).toSeconds() + " s")
        .setting("heap", plan.jvm().heapMegabytes() + " MB")
        .note("Open loop: a send that starts late counts from its intended time.")
        .note(
            "Each relay has published %,d rows before; where effects are measured, relay and consumer-app have had %,d events."
                .formatted(Warming.rows(plan).rows(), BUSY * BUSY_FOR.toSeconds()))
        .note("The yardstick publishes from the writer's thread, straight after the commit.")
        .result(
            name(),
            "from just before the commit to the delivery at a consumer",
            "p50 at most 1 ms above the yardstick, p99 at most 1.5 times the yardstick",
            stand);
  }

  private static Duration time(Plan plan) {
    return plan.time(10, 60);
  }

  private static void deliveries(Stand stand, Plan plan, Percentiles percentiles) throws Exception {
    try (var deliveries = new Deliveries(stand.connection())) {
      var run = new Run(stand, plan, Event.thing(plan.payloadBytes()), deliveries, percentiles);
      for (var jar : plan.relayJars()) {
        run.outbox(
            jar,
            plan.label(jar),
            STRAIGHT,
            writer -> stand.outbox().warmRelays(Warming.rows(plan)));
      }
      if (plan.yardstick()) {
        run.straight(STRAIGHT);
      }
    }
  }

  private static void effects(Stand stand, Plan plan, Percentiles percentiles) throws Exception {
    if (!plan.yardstick()) {
      return;
    }
    try (var consumer = stand.consumer(CONSUMER, plan.jvm())) {
      consumer.awaitReady();
      var run =
          new Run(stand, plan, Event.order(), new Effects(stand.sql(), CONSUMER), percentiles);
      // A consumer-app has no use for the rows that warm a relay.
      run.outbox(
          plan.relayJar(),
          "relay, effect",
          STRAIGHT + ", effect",
          writer -> new OpenLoop(BUSY, BUSY_FOR).run(writer::write));
      run.straight(STRAIGHT + ", effect");
    }
    stand.queues().purge();
  }

  /** What a relay does before it is measured. */
  private interface Work {
    void run(Writer writer) throws Exception;
  }

  private record Run(Stand stand, Plan plan, Event event, Watch watch, Percentiles percentiles) {
    void outbox(Path jar, String label, String reference, Work before) throws Exception {
      try (var relay = stand.relay(jar, plan.jvm());
          var hint = OutboxWriter.hint(stand.sql());
          var writer = new OutboxWriter(stand.sql(), watch, event, hint)) {
        relay.awaitReady();
        before.run(writer);
        measure(label, writer);
        RATES.forEach(rate -> percentiles.compare(label, reference, load(rate)));
      }
    }

    void straight(String label) throws Exception {
      try (var connection = stand.connection();
          var writer = new StraightWriter(stand.sql(), watch, event, connection.createChannel())) {
        measure(label, writer);
      }
    }

    private void measure(String label, Writer writer) throws Exception {
      new OpenLoop(RATES.get(RATES.size() - 1), WARM_UP).run(writer::write);
      var unused = watch.take(STRAGGLERS);
      for (int rate : RATES) {
        new OpenLoop(rate, time(plan)).run(writer::write);
        percentiles.add(label, load(rate), watch.take(STRAGGLERS));
      }
    }

    private static String load(int rate) {
      return rate + "/s";
    }
  }
}
