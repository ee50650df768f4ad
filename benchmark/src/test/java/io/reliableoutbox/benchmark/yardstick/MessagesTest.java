package io.reliableoutbox.benchmark.yardstick;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MessagesTest {
  @Test
  void perf_test_is_given_all_that_a_message_of_the_relay_has() {
    var names =
        Arrays.stream(Messages.pairs().split(",")).map(pair -> pair.split("=", 2)[0]).toList();
    var properties = Messages.properties(new UUID(1, 1), "thing", "1", "thing.changed");

    assertThat(names)
        .containsAll(properties.getHeaders().keySet())
        .containsAll(List.of("messageId", "type", "timestamp", "appId", "contentType"))
        .doesNotHaveDuplicates();
  }
}
