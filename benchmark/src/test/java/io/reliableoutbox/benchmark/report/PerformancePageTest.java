package io.reliableoutbox.benchmark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reliableoutbox.benchmark.figures.Curve;
import io.reliableoutbox.benchmark.figures.Result;
import io.reliableoutbox.benchmark.figures.Row;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerformancePageTest {
  private static final Result RESULT =
      new Result(
          "drain",
          "one relay",
          "0.90, or more",
          Map.of("broker", "RabbitMQ 3.10.8"),
          Map.of("window", "1000"),
          List.of(
              new Row(
                  "relay",
                  "/s",
                  List.of(9000.0, 10_000.0, 8000.0),
                  "yardstick",
                  Map.of("relay", 61.4)),
              new Row("yardstick", "/s", List.of(10_000.0, 10_000.0, 10_000.0), null)),
          List.of(new Curve("backlog|s|events", "backlog", List.of(0.0, 1.0), List.of(5.0, 0.0))),
          List.of("A note."));

  @TempDir private Path folder;

  @Test
  void a_result_survives_its_file() {
    var files = new ResultFiles(folder);
    files.write(RESULT);
    assertThat(files.read(List.of("growth", "drain"))).containsExactly(RESULT);
  }

  @Test
  void no_results_are_no_page() {
    assertThatThrownBy(() -> new ResultFiles(folder).read(List.of("drain")))
        .isInstanceOf(InfrastructureException.class)
        .hasMessageContaining("./run bench");
  }

  @Test
  void the_page_has_median_range_ratio_costs_machine_and_plots() throws IOException {
    new PerformancePage(folder).write(List.of(RESULT));
    assertThat(Files.readString(folder.resolve("performance.md")))
        .contains("- broker: RabbitMQ 3.10.8")
        .contains(
            "| relay | 9,000 /s | 8,000 to 10,000 | **0.90** (0.80 to 1.00) of yardstick | relay 61 µs |")
        .contains("(performance/drain.png)", "(performance/drain-2.png)", "- A note.");
    assertThat(folder.resolve("performance/drain.png")).isNotEmptyFile();
    assertThat(folder.resolve("performance/drain-2.png")).isNotEmptyFile();
  }
}
