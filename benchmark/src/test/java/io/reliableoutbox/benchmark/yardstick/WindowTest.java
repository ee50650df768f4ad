package io.reliableoutbox.benchmark.yardstick;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WindowTest {
  @Test
  void each_message_leaves_once_by_whatever_answer() throws InterruptedException {
    var window = new Window(3);
    window.enter(1);
    window.enter(2);
    window.enter(3);
    window.answered(2, false);
    window.answered(2, true); // 1, and 2 again
    window.answered(3, true);
    assertThat(window.free()).isEqualTo(3);
  }

  @Test
  void what_follows_a_multiple_answer_stays() throws InterruptedException {
    var window = new Window(3);
    window.enter(1);
    window.enter(2);
    window.enter(3);
    window.answered(2, true);
    assertThat(window.free()).isEqualTo(2);
  }
}
