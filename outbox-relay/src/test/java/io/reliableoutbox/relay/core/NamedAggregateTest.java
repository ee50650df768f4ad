package io.reliableoutbox.relay.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamedAggregateTest {
  @Test
  void a_hint_names_aggregates_by_bucket_and_key() {
    assertThat(NamedAggregate.read("0:0")).containsExactly(new NamedAggregate(0, 0));
    assertThat(NamedAggregate.read("63:-9223372036854775808 7:42"))
        .containsExactly(new NamedAggregate(63, Long.MIN_VALUE), new NamedAggregate(7, 42));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "nonsense",
        "1",
        ":",
        "1:",
        ":1",
        "1:2 ",
        "1:2  3:4",
        "1:2,3:4",
        "1:9223372036854775808",
        "2147483648:1"
      })
  void what_can_not_be_read_names_nobody(String payload) {
    assertThat(NamedAggregate.read(payload)).isEmpty();
  }
}
