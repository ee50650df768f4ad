package io.reliableoutbox.benchmark.yardstick;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PerfTestOutputTest {
  private static final String OUTPUT =
      """
      id: test-1, starting producer #0
      id: test-1, time 1.000 s, sent: 8012 msg/s, returned: 0 msg/s, confirmed: 7,012 msg/s
      id: test-1, sending rate avg: 11234 msg/s
      id: test-1, receiving rate avg: 0 msg/s
      """;

  @Test
  void its_own_averages_are_found() {
    assertThat(PerfTest.average(OUTPUT.lines(), "sending")).hasValue(11234);
    assertThat(PerfTest.average(OUTPUT.lines(), "receiving")).hasValue(0);
  }

  @Test
  void an_output_that_broke_off_has_none() {
    assertThat(PerfTest.average(Stream.of("id: test-1, starting producer #0"), "sending"))
        .isEmpty();
  }
}
