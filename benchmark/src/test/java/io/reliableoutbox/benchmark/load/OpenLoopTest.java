package io.reliableoutbox.benchmark.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class OpenLoopTest {
  @Test
  void a_pause_counts_for_all_that_it_held_up() throws Exception {
    List<Long> lateness = new ArrayList<>();
    new OpenLoop(1000, Duration.ofMillis(100))
        .run(
            late -> {
              lateness.add(late);
              if (lateness.size() == 10) {
                pause(Duration.ofMillis(20));
              }
            });
    assertThat(lateness).hasSize(100);
    // The next was due a millisecond after the one that paused, the one after it two, and so on.
    assertThat(lateness.get(10)).isGreaterThanOrEqualTo(Duration.ofMillis(19).toNanos());
    assertThat(lateness.get(15)).isGreaterThanOrEqualTo(Duration.ofMillis(14).toNanos());
  }

  private static void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }
}
