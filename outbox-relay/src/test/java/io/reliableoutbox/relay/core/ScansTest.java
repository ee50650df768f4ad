package io.reliableoutbox.relay.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where the search begins, in a bucket in which nothing waits. */
class ScansTest {
  private static final int ROWS = 1000;
  private final Scans scans = new Scans();

  @BeforeEach
  void lease() {
    scans.cover(Set.of(0), Set.of());
  }

  @Test
  void what_was_looked_through_is_not_looked_through_again_once_nothing_can_be_committed_there() {
    reach(5000);
    search();
    assertThat(starts()).containsExactly(5000L);
    ticks(100);
    assertThat(starts()).allMatch(from -> from == 5000);
  }

  @Test
  void a_search_that_began_before_nothing_more_could_be_committed_does_not_count() {
    List<Scans.Page> underWay = scans.pages(ROWS);
    reach(5000);
    scans.read(underWay, List.of());
    assertThat(starts()).containsExactly(0L);
  }

  @Test
  void a_writer_keeps_all_that_was_not_committed_before_it_within_the_search() {
    reach(5000, "3/7");
    search();
    assertThat(starts()).containsExactly(0L);
    reach(9000, "3/7", "4/1");
    search();
    assertThat(starts()).containsExactly(0L);
    reach(9500, "4/1");
    search();
    assertThat(starts()).containsExactly(5000L);
    reach(9900, "5/1");
    search();
    assertThat(starts()).containsExactly(9500L);
  }

  @Test
  void a_prepared_transaction_that_has_lost_its_name_still_writes() {
    reach(5000, "3/7");
    reach(9000, "-1/780");
    search();
    assertThat(starts()).containsExactly(0L);
    reach(9000);
    search();
    assertThat(starts()).containsExactly(9000L);
  }

  @Test
  void a_row_that_waits_is_seen_again_until_it_waits_no_more() {
    reach(5000);
    scans.read(scans.pages(ROWS), List.of(new Candidate(0, 0, 700, 7)));
    assertThat(starts()).containsExactly(700L);
    search();
    assertThat(starts()).containsExactly(5000L);
  }

  @Test
  void positions_that_are_drawn_again_after_a_crash_are_looked_at() {
    reach(9000);
    search();
    reach(5000);
    assertThat(starts()).containsExactly(0L);
    search();
    assertThat(starts()).containsExactly(5000L);
  }

  @Test
  void all_is_looked_through_again_when_an_operator_made_something_sendable() {
    reach(5000);
    search();
    scans.restart();
    assertThat(starts()).containsExactly(0L);
  }

  @Test
  void a_search_under_way_does_not_count_when_an_operator_made_something_sendable() {
    reach(5000);
    List<Scans.Page> underWay = scans.pages(ROWS);
    scans.restart();
    assertThat(scans.read(underWay, List.of())).as("more at once").isTrue();
    assertThat(starts()).containsExactly(0L);
  }

  @Test
  void all_is_looked_through_again_at_every_1024th_tick() {
    reach(5000);
    search();
    ticks(1024);
    assertThat(starts()).contains(0L);
  }

  private void reach(long end, String... writers) {
    scans.reach(new Reach(end, Set.of(writers)));
  }

  private void search() {
    scans.read(scans.pages(ROWS), List.of());
  }

  private void ticks(int number) {
    for (int tick = 0; tick < number; tick++) {
      search();
      scans.tick();
    }
  }

  private List<Long> starts() {
    return scans.pages(ROWS).stream().map(Scans.Page::from).toList();
  }
}
