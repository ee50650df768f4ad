package io.reliableoutbox.consumer.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class WindowTest {
  private static final long ROOM = 4 << 20;
  private final Window window = new Window(200, ROOM);

  @Test
  void what_was_delivered_before_is_taken_alone_until_something_new_comes() {
    for (int i = 0; i < 300; i++) {
      assertThat(window.delivered(true, 500)).isFalse();
      assertThat(window.size()).isEqualTo(1);
      assertThat(window.isProven()).isFalse();
    }
    assertThat(window.delivered(false, 500)).isTrue();
    assertThat(window.size()).isEqualTo(200);
    assertThat(window.isProven()).isTrue();
  }

  @Test
  void a_new_channel_is_cautious_again() {
    window.delivered(false, 500);
    window.restart();
    assertThat(window.size()).isEqualTo(1);
    window.delivered(true, 500);
    assertThat(window.size()).isEqualTo(1);
  }

  @Test
  void a_prefetch_of_one_is_proven_too() {
    var one = new Window(1, ROOM);
    assertThat(one.delivered(false, 500)).isTrue();
    assertThat(one.isProven()).isTrue();
    assertThat(one.delivered(false, 500)).isFalse();
    assertThat(one.size()).isEqualTo(1);
  }

  @Test
  void large_messages_narrow_it_and_small_ones_widen_it_again() {
    window.delivered(false, 1 << 20);
    assertThat(window.size()).isEqualTo(4);
    for (int i = 0; i < 1000; i++) {
      window.delivered(false, 500);
    }
    assertThat(window.size()).isEqualTo(200);
    for (int i = 0; i < 200; i++) {
      window.delivered(false, 1 << 20);
    }
    assertThat(window.size()).isBetween(4, 8);
  }

  @Test
  void it_changes_seldom_whatever_the_sizes() {
    var random = new Random(11);
    int changes = 0;
    for (int i = 0; i < 10_000; i++) {
      if (window.delivered(false, 400 + random.nextInt(4000))) {
        changes++;
      }
    }
    assertThat(changes).isLessThan(5);
  }
}
