package io.reliableoutbox.benchmark.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ArrivalsTest {
  private static final long SECOND = 1_000_000_000L;

  private final Arrivals arrivals = new Arrivals(1000);

  @Test
  void the_middle_is_taken_between_samples() {
    arrivals.add(0, 0);
    arrivals.add(10 * SECOND, 100); // a slow start
    arrivals.add(11 * SECOND, 500);
    arrivals.add(12 * SECOND, 900);
    arrivals.add(20 * SECOND, 1000); // a slow end
    assertThat(arrivals.rate(0.2, 0.9)).isCloseTo(400, within(0.001));
  }

  @Test
  void the_whole_begins_with_the_last_look_at_nothing() {
    arrivals.add(0, 0);
    arrivals.add(5 * SECOND, 0);
    arrivals.add(7 * SECOND, 1000);
    assertThat(arrivals.wholeRate()).isCloseTo(500, within(0.001));
  }

  @Test
  void time_without_arrivals_at_the_end_doesnt_count() {
    arrivals.add(0, 0);
    arrivals.add(2 * SECOND, 600);
    arrivals.add(9 * SECOND, 600);
    assertThat(arrivals.rateUntilLast()).isCloseTo(300, within(0.001));
  }

  @Test
  void what_has_not_arrived_has_no_rate() {
    arrivals.add(0, 0);
    arrivals.add(SECOND, 899);
    assertThatThrownBy(() -> arrivals.rate(0.2, 0.9)).isInstanceOf(IllegalStateException.class);
  }
}
