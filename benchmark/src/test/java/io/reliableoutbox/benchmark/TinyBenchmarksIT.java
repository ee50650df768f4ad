package io.reliableoutbox.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.reliableoutbox.benchmark.consume.ConsumeBenchmark;
import io.reliableoutbox.benchmark.drain.DrainBenchmark;
import io.reliableoutbox.benchmark.figures.Result;
import io.reliableoutbox.benchmark.figures.Row;
import io.reliableoutbox.benchmark.stand.Jvm;
import io.reliableoutbox.benchmark.stand.Stand;
import io.reliableoutbox.lab.infrastructure.Choice;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tiny benchmarks, with everything that large ones have. */
class TinyBenchmarksIT {
  private static final long ROWS = 2000;

  private static final Path HOME = Path.of("").toAbsolutePath().getParent();

  @TempDir private Path logs;

  @BeforeEach
  void needsRabbit() {
    assumeThat(Choice.AUTO.withoutDocker())
        .as("benchmarks need an installed RabbitMQ")
        .isEqualTo(Choice.RABBITMQ);
  }

  @Test
  void a_drain_compares_the_relay_with_both_yardsticks() {
    try (var stand = new Stand(HOME, logs, null)) {
      var result = new DrainBenchmark().run(stand, plan());
      assertThat(result.rows())
          .extracting(Row::label)
          .contains("relay", "PerfTest", "bare Java publisher", "PerfTest, by its own word");
      assertThat(result.rows()).allSatisfy(row -> assertThat(row.spread().min()).isPositive());
      assertThat(ratioOfTheRelay(result)).isPositive();
      assertThat(
              stand
                  .sql()
                  .number(
                      "select count(*) from ordering.outbox_delivery where state = 'PUBLISHED'"))
          .as("of the yardstick, which ran last, nothing is in the outbox")
          .isZero();
      assertThat(stand.queues().readyInAll()).isEqualTo(3 * ROWS);
    }
  }

  @Test
  void each_consumer_works_off_its_queue() {
    try (var stand = new Stand(HOME, logs, null)) {
      // A queue that isn't worked off fails the run.
      var result = new ConsumeBenchmark().run(stand, plan());
      assertThat(result.rows())
          .extracting(Row::label)
          .containsExactly("email", "inventory", "analytics", "PerfTest");
    }
  }

  private static double ratioOfTheRelay(Result result) {
    var relay = result.rows().get(0);
    return relay.ratioTo(result.reference(relay).orElseThrow()).median();
  }

  private static Plan plan() {
    return new Plan(
        HOME,
        /* full= */ false,
        /* rounds= */ 1,
        ROWS,
        /* payloadBytes= */ 500,
        new Jvm(128, List.of()),
        List.of(HOME.resolve("outbox-relay/target/outbox-relay.jar")),
        /* yardstick= */ true,
        /* time= */ null,
        /* recordings= */ null);
  }
}
