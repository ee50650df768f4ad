package io.reliableoutbox.benchmark.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CapacitySearchTest {
  @ParameterizedTest
  @ValueSource(ints = {30, 150, 199, 200, 1_000, 25_000})
  void finds_a_rate_just_below_what_is_borne(int limit) {
    int found = CapacitySearch.highest(200, rate -> rate <= limit);
    assertThat(found).isLessThanOrEqualTo(limit).isGreaterThan((int) (limit * 0.9) - 13);
  }

  @Test
  void nothing_is_tried_twice() {
    List<Integer> tried = new ArrayList<>();
    CapacitySearch.highest(
        200,
        rate -> {
          tried.add(rate);
          return rate <= 777;
        });
    assertThat(tried).doesNotHaveDuplicates();
  }
}
