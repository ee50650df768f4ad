package io.reliableoutbox.benchmark.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowTest {
  @Test
  void a_ratio_is_made_round_by_round() {
    var system = new Row("system", "/s", List.of(50.0, 90.0, 30.0), "yardstick");
    var yardstick = new Row("yardstick", "/s", List.of(100.0, 100.0, 40.0), null);
    // Medians alone would say 0.5: the third round was slow for both.
    assertThat(system.ratioTo(yardstick)).isEqualTo(new Spread(0.75, 0.5, 0.9));
  }

  @Test
  void a_round_that_only_one_of_them_had_is_not_compared() {
    var system = new Row("system", "/s", List.of(50.0, 90.0), "yardstick");
    var yardstick = new Row("yardstick", "/s", List.of(100.0), null);
    assertThat(system.ratioTo(yardstick)).isEqualTo(new Spread(0.5, 0.5, 0.5));
  }
}
