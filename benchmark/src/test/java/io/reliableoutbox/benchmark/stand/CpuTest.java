package io.reliableoutbox.benchmark.stand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CpuTest {
  @Test
  void a_name_with_spaces_and_brackets_hides_no_field() {
    var stat =
        "4711 (a) b (c)) S 1 4711 4711 0 -1 4194560 100 200 0 0 7 5 30 10 20 0 9 0 12345 1 1";
    assertThat(Cpu.ticks(stat)).isEqualTo(7 + 5 + 30 + 10);
  }

  @Test
  void this_process_has_used_some() {
    assumeThat(Files.exists(Path.of("/proc/self/stat"))).as("this is Linux").isTrue();
    assertThat(Cpu.micros(ProcessHandle.current().pid())).isPositive();
  }
}
