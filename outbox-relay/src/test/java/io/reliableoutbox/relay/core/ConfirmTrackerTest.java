package io.reliableoutbox.relay.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ConfirmTrackerTest {
  private final ConfirmTracker tracker = new ConfirmTracker();

  @Property
  void every_message_is_answered_once_by_whatever_sequence_of_acks(
      @ForAll @IntRange(min = 1, max = 60) int sent,
      @ForAll @Size(max = 40) List<@IntRange(min = 0, max = 70) Integer> answers) {
    ConfirmTracker fresh = new ConfirmTracker();
    TreeSet<Long> open = new TreeSet<>();
    for (long sequence = 1; sequence <= sent; sequence++) {
      fresh.sent(message(sequence));
      open.add(sequence);
    }
    for (int answer : answers) {
      long sequence = Math.abs(answer);
      boolean multiple = answer % 2 == 0;
      List<Long> expected =
          multiple
              ? new ArrayList<>(open.headSet(sequence, true))
              : open.contains(sequence) ? List.of(sequence) : List.of();
      assertThat(fresh.answered(sequence, multiple))
          .extracting(m -> m.sequence)
          .isEqualTo(expected);
      open.removeAll(expected);
      assertThat(fresh.size()).isEqualTo(open.size());
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
    return new InFlight(Rows.row(sequence, sequence), sequence, 1, sequence);
  }
}
