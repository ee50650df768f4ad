package io.reliableoutbox.relay.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ConfirmTrackerTest {
  private final ConfirmTracker tracker = new ConfirmTracker();

  @Test
  void every_message_is_answered_once_by_whatever_sequence_of_acks() {
    for (long seed = 0; seed < 2000; seed++) {
      answeredOnce(new SplittableRandom(seed), "seed " + seed);
    }
  }

  private static void answeredOnce(SplittableRandom random, String seed) {
    ConfirmTracker fresh = new ConfirmTracker();
    TreeSet<Long> open = new TreeSet<>();
    for (long sequence = 1; sequence <= random.nextInt(1, 61); sequence++) {
      fresh.sent(message(sequence));
      open.add(sequence);
    }
    for (int answers = random.nextInt(40); answers > 0; answers--) {
      long sequence = random.nextInt(71);
      boolean multiple = random.nextBoolean();
      List<Long> expected =
          multiple
              ? new ArrayList<>(open.headSet(sequence, true))
              : open.contains(sequence) ? List.of(sequence) : List.of();
      assertThat(fresh.answered(sequence, multiple))
          .as(seed)
          .extracting(m -> m.sequence)
          .isEqualTo(expected);
      open.removeAll(expected);
      assertThat(fresh.size()).as(seed).isEqualTo(open.size());
    }
  }

  @Test
  void a_return_is_found_by_message_id_and_comes_with_the_ack() {
    InFlight first = message(1);
    InFlight second = message(2);
    tracker.sent(first);
    tracker.sent(second);
    tracker.returned(second.row.id(), "312 NO_ROUTE");
    tracker.returned(UUID.randomUUID(), "of another channel");
    assertThat(tracker.answered(2, true))
        .extracting(m -> m.returned)
        .containsExactly(null, "312 NO_ROUTE");
  }

  @Test
  void an_ack_of_an_unknown_sequence_answers_nothing() {
    tracker.sent(message(5));
    assertThat(tracker.answered(6, false)).isEmpty();
    assertThat(tracker.answered(4, true)).isEmpty();
    assertThat(tracker.size()).isEqualTo(1);
  }

  private static InFlight message(long sequence) {
    return new InFlight(Rows.row(sequence, sequence), sequence, sequence, 1, sequence);
  }
}
