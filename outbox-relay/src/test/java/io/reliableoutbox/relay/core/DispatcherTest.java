package io.reliableoutbox.relay.core;

import static io.reliableoutbox.relay.core.Route.ALONE;
import static io.reliableoutbox.relay.core.Route.PIPELINE;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DispatcherTest {
  private static final long NOW = 1_000;
  private static final long LATER = NOW + Duration.ofSeconds(1).toNanos();
  private final Dispatcher dispatcher = dispatcher(new Limits(3, 16, 100, 10_000));
  private long sequence;

  @BeforeEach
  void lease() {
    lease(7);
  }

  @Test
  void of_one_aggregate_only_one_row_is_with_the_broker() {
    load(1, 1, 2, 3);
    assertThat(send()).containsExactly(1L);
    dispatcher.answers().acked(PIPELINE, 1, false, NOW);
    assertThat(send()).containsExactly(2L);
  }

  @Test
  void aggregates_are_sent_side_by_side_up_to_the_window() {
    for (int aggregate = 1; aggregate <= 5; aggregate++) {
      load(aggregate, aggregate * 10L);
    }
    assertThat(send()).containsExactly(10L, 20L, 30L);
    dispatcher.answers().acked(PIPELINE, 2, true, NOW);
    assertThat(send()).containsExactly(40L, 50L);
  }

  @Test
  void a_row_is_marked_published_only_by_its_own_ack() {
    load(1, 1);
    load(2, 2);
    send();
    assertThat(dispatcher.marks()).isEmpty();
    dispatcher.answers().acked(PIPELINE, 2, false, NOW);
    assertThat(dispatcher.marks()).extracting(mark -> mark.row().position()).containsExactly(2L);
    assertThat(dispatcher.marks()).extracting(Mark::epoch).containsExactly(7L);
  }

  @Test
  void marks_are_kept_until_they_are_written() {
    load(1, 1);
    load(2, 2);
    send();
    dispatcher.answers().acked(PIPELINE, 1, false, NOW);
    List<Mark> written = dispatcher.marks();
    dispatcher.answers().acked(PIPELINE, 2, false, NOW);
    dispatcher.marked(written);
    assertThat(dispatcher.marks()).extracting(mark -> mark.row().position()).containsExactly(2L);
  }

  @Test
  void a_returned_row_is_not_marked_published_by_its_ack() {
    load(1, 1);
    send();
    dispatcher.answers().returned(PIPELINE, Rows.row(1, 1).id(), "312 NO_ROUTE");
    dispatcher.answers().acked(PIPELINE, 1, false, NOW);
    assertThat(dispatcher.marks()).isEmpty();
    assertThat(dispatcher.isOutage()).isTrue();
  }

  @Test
  void a_refused_row_gets_a_retry_once_something_sent_after_it_was_confirmed() {
    load(1, 1, 2);
    load(2, 10);
    send();
    dispatcher.answers().nacked(PIPELINE, 1, false, NOW);
    assertThat(dispatcher.marks()).isEmpty();
    dispatcher.answers().acked(PIPELINE, 2, false, NOW);
    assertThat(dispatcher.marks()).hasSize(2);
    assertThat(dispatcher.marks().get(1)).isInstanceOf(Mark.Retry.class);
    assertThat(send()).as("what stands behind the refused row waits").isEmpty();
  }

  @Test
  void a_row_refused_for_long_enough_is_parked() {
    OutboxRow old = Rows.row(1, 1, 4, Duration.ofHours(2).toNanos());
    loaded(List.of(old), true);
    assertThat(sendAlone()).containsExactly(1L);
    load(2, 2);
    send();
    dispatcher.answers().nacked(ALONE, 1, false, NOW);
    dispatcher.answers().acked(PIPELINE, 1, false, NOW);
    assertThat(dispatcher.marks()).hasAtLeastOneElementOfType(Mark.Park.class);
    assertThat(dispatcher.blocks()).containsExactly(new Block(1, 0, 7));
  }

  @Test
  void what_was_on_a_channel_that_the_broker_closed_is_sent_one_at_a_time() {
    load(1, 1, 2);
    load(2, 10);
    load(3, 20);
    assertThat(send()).containsExactly(1L, 10L, 20L);
    dispatcher.answers().channelsLost(true);
    sequence = 0;
    load(1, 1, 2);
    load(2, 10);
    load(3, 20);
    load(4, 30);
    assertThat(send()).as("new ones keep flowing").containsExactly(30L);
    assertThat(sendAlone()).containsExactly(1L);
    dispatcher.answers().acked(ALONE, 1, false, NOW);
    assertThat(send()).as("cleared, its lane goes on").containsExactly(2L);
    assertThat(sendAlone()).containsExactly(10L);
  }

  @Test
  void a_message_that_closes_its_own_channel_is_named_and_nobody_else_is_concerned() {
    load(1, 1);
    load(2, 10);
    send();
    dispatcher.answers().channelsLost(true);
    load(1, 1);
    load(2, 10);
    assertThat(sendAlone()).containsExactly(1L);
    dispatcher.answers().closedByMessage("PRECONDITION_FAILED", NOW);
    assertThat(dispatcher.marks())
        .singleElement()
        .isInstanceOfSatisfying(
            Mark.Retry.class, retry -> assertThat(retry.row().position()).isEqualTo(1));
    assertThat(sendAlone()).containsExactly(10L);
  }

  @Test
  void a_refusal_is_not_left_undecided_when_the_last_other_message_closes_its_own_channel() {
    loaded(List.of(Rows.row(1, 1, 2, 1)), false);
    load(2, 10);
    assertThat(send()).containsExactly(10L);
    assertThat(sendAlone()).containsExactly(1L);
    dispatcher.answers().nacked(PIPELINE, 1, false, NOW);
    dispatcher.answers().closedByMessage("PRECONDITION_FAILED", NOW);
    assertThat(dispatcher.isOutage()).as("nothing else was taken").isTrue();
    load(2, 10);
    assertThat(send()).as("it is sent again").containsExactly(10L);
  }

  @Test
  void a_lost_channel_sends_everything_again_and_old_acks_settle_nothing() {
    load(1, 1);
    send();
    dispatcher.answers().channelsLost(false);
    sequence = 0;
    load(2, 2);
    send();
    dispatcher.answers().acked(PIPELINE, 1, true, NOW);
    assertThat(dispatcher.marks()).extracting(mark -> mark.row().position()).containsExactly(2L);
  }

  @Test
  void a_relay_without_a_bucket_looks_for_nothing() {
    assertThat(dispatcher.intake().needsRows()).isTrue();
    dispatcher.leases(Leases.NONE);
    assertThat(dispatcher.intake().needsRows()).isFalse();
  }

  @Test
  void nothing_is_sent_after_the_lease_or_for_a_bucket_that_was_lost() {
    load(1, 1);
    assertThat(dispatcher.next(PIPELINE, Long.MAX_VALUE / 2)).isNull();
    dispatcher.leases(new Leases(Map.of(), Set.of(), Long.MAX_VALUE / 4));
    assertThat(dispatcher.next(PIPELINE, NOW)).isNull();
  }

  @Test
  void a_bucket_that_was_lost_and_came_back_starts_from_what_the_table_says() {
    load(1, 1, 2);
    send();
    lease(9);
    dispatcher.answers().acked(PIPELINE, 1, false, NOW);
    assertThat(dispatcher.marks()).extracting(Mark::epoch).containsExactly(7L);
    assertThat(send()).isEmpty();
  }

  @Test
  void a_bucket_to_be_given_up_becomes_quiet_once_its_last_confirm_is_marked() {
    load(1, 1, 2);
    send();
    dispatcher.leases(new Leases(Map.of(0, 7L), Set.of(0), Long.MAX_VALUE / 4));
    assertThat(dispatcher.isQuiet(0)).isFalse();
    dispatcher.answers().acked(PIPELINE, 1, false, NOW);
    assertThat(send()).isEmpty();
    assertThat(dispatcher.isQuiet(0)).isFalse();
    dispatcher.marked(dispatcher.marks());
    assertThat(dispatcher.isQuiet(0)).isTrue();
  }

  @Test
  void nothing_more_is_sent_for_a_bucket_to_be_given_up_while_a_mark_is_under_way() {
    load(1, 1, 2);
    send();
    dispatcher.answers().acked(PIPELINE, 1, false, NOW);
    dispatcher.leases(new Leases(Map.of(0, 7L), Set.of(0), Long.MAX_VALUE / 4));
    assertThat(send()).isEmpty();
    lease(7);
    dispatcher.marked(dispatcher.marks());
    assertThat(dispatcher.intake().toLoad(100))
        .as("loaded again when it is kept")
        .containsExactly(1L);
  }

  @Test
  void an_aggregate_with_more_rows_than_its_lane_is_wanted_again_when_the_lane_is_empty() {
    loaded(List.of(Rows.row(1, 1)), true);
    send();
    assertThat(dispatcher.intake().toLoad(100)).isEmpty();
    dispatcher.answers().acked(PIPELINE, 1, false, NOW);
    assertThat(dispatcher.intake().toLoad(100))
        .as("the table still shows it as unsettled")
        .isEmpty();
    dispatcher.marked(dispatcher.marks());
    assertThat(dispatcher.intake().toLoad(100)).containsExactly(1L);
  }

  @Test
  void an_aggregate_that_a_hint_names_is_loaded_at_once_or_after_its_lane() {
    assertThat(dispatcher.intake().hinted(new NamedAggregate(0, 1))).isTrue();
    assertThat(dispatcher.intake().toLoad(100)).containsExactly(1L);
    load(1, 1);
    send();
    assertThat(dispatcher.intake().hinted(new NamedAggregate(0, 1))).isTrue();
    assertThat(dispatcher.intake().toLoad(100)).isEmpty();
    dispatcher.answers().acked(PIPELINE, 1, false, NOW);
    dispatcher.marked(dispatcher.marks());
    assertThat(dispatcher.intake().toLoad(100)).containsExactly(1L);
  }

  @Test
  void hints_name_no_bucket_of_somebody_else() {
    assertThat(dispatcher.intake().hinted(new NamedAggregate(1, 9))).isTrue();
    assertThat(dispatcher.intake().toLoad(100)).isEmpty();
  }

  @Test
  void a_flood_of_hints_fills_no_memory_and_leaves_room_for_a_search() {
    Dispatcher wide = dispatcher(new Limits(10, 16, 100, 10_000));
    wide.leases(new Leases(Map.of(0, 7L), Set.of(), Long.MAX_VALUE / 4));
    for (int aggregate = 1; aggregate <= 5; aggregate++) {
      assertThat(wide.intake().hinted(new NamedAggregate(0, aggregate))).isTrue();
    }
    assertThat(wide.intake().hinted(new NamedAggregate(0, 6)))
        .as("a search will find it")
        .isFalse();
    assertThat(wide.intake().pages()).isNotEmpty();
    assertThat(wide.intake().toLoad(100)).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void a_hint_with_a_wrong_bucket_spoils_nothing_that_a_search_found() {
    dispatcher.leases(new Leases(Map.of(0, 7L, 1, 7L), Set.of(), Long.MAX_VALUE / 4));
    want(1, 1);
    dispatcher.intake().hinted(new NamedAggregate(1, 1));
    lease(7);
    assertThat(dispatcher.intake().toLoad(100)).containsExactly(1L);
  }

  @Test
  void a_hint_does_not_end_the_rest_of_a_refused_aggregate() {
    load(1, 1);
    send();
    dispatcher.answers().nacked(PIPELINE, 1, false, NOW);
    dispatcher.marked(dispatcher.marks());
    dispatcher.intake().hinted(new NamedAggregate(0, 1));
    assertThat(dispatcher.intake().toLoad(100)).isEmpty();
  }

  @Test
  void what_is_confirmed_and_not_marked_is_not_loaded_again_on_a_new_channel() {
    load(1, 1, 2);
    send();
    dispatcher.answers().acked(PIPELINE, 1, false, NOW);
    List<Mark> underWay = dispatcher.marks();
    dispatcher.answers().channelsLost(false);
    dispatcher.intake().found(dispatcher.intake().pages(), List.of(new Candidate(0, 0, 1, 1)), NOW);
    assertThat(dispatcher.intake().toLoad(100)).isEmpty();
    dispatcher.marked(underWay);
    assertThat(dispatcher.intake().toLoad(100)).containsExactly(1L);
  }

  @Test
  void a_mark_of_before_a_bucket_was_away_is_not_taken_for_one_of_after() {
    load(1, 1);
    send();
    dispatcher.answers().acked(PIPELINE, 1, false, NOW);
    List<Mark> late = dispatcher.marks();
    dispatcher.leases(Leases.NONE);
    lease(7);
    load(1, 1);
    dispatcher.marked(late);
    assertThat(send()).as("sent again: the table showed it as unsettled").containsExactly(1L);
    dispatcher.answers().acked(PIPELINE, 2, false, NOW);
    dispatcher.marked(dispatcher.marks());
    load(1, 2);
    assertThat(send()).containsExactly(2L);
  }

  @Test
  void what_is_to_be_searched_anew_is_not_taken_for_searched_by_a_search_under_way() {
    List<Scans.Page> all = dispatcher.intake().pages();
    dispatcher.intake().found(all, List.of(), NOW);
    dispatcher.intake().found(dispatcher.intake().pages(), full(dispatcher.intake().pages()), NOW);
    List<Scans.Page> underWay = dispatcher.intake().pages();
    assertThat(underWay.get(0).from()).isPositive();
    dispatcher.intake().searchAll();
    dispatcher.intake().found(underWay, List.of(), NOW);
    assertThat(dispatcher.intake().pages().get(0).from()).isZero();
  }

  @Test
  void what_was_loaded_before_its_bucket_was_away_is_not_sent() {
    dispatcher.intake().toLoad(100);
    dispatcher.leases(Leases.NONE);
    lease(9);
    dispatcher.intake().loaded(List.of(Rows.row(1, 1)), false);
    assertThat(send()).isEmpty();
  }

  @Test
  void where_little_is_sent_a_row_refused_again_after_a_confirm_is_refused_for_itself() {
    refuseAlone(1, 1);
    assertThat(dispatcher.marks()).as("nothing shows yet that others are taken").isEmpty();
    load(2, 2);
    send();
    dispatcher.answers().acked(PIPELINE, sequence, false, NOW);
    dispatcher.marked(dispatcher.marks());
    refuseAlone(1, 1);
    assertThat(dispatcher.marks()).hasSize(1).first().isInstanceOf(Mark.Retry.class);
  }

  @Test
  void in_an_outage_a_row_that_is_refused_again_and_again_spends_no_attempt() {
    load(2, 2);
    send();
    dispatcher.answers().acked(PIPELINE, sequence, false, NOW);
    dispatcher.marked(dispatcher.marks());
    refuseAlone(1, 1);
    refuseAlone(1, 1);
    assertThat(dispatcher.marks()).isEmpty();
  }

  private void refuseAlone(long aggregateKey, long position) {
    load(aggregateKey, position);
    assertThat(send()).containsExactly(position);
    dispatcher.answers().nacked(PIPELINE, sequence, false, NOW);
  }

  @Test
  void after_enough_refusals_without_a_confirm_only_a_slow_probe_goes_out() {
    for (int round = 0; round < 4; round++) {
      for (int aggregate = 1; aggregate <= 3; aggregate++) {
        load(round * 10 + aggregate, round * 10 + aggregate);
      }
      send();
      dispatcher.answers().nacked(PIPELINE, sequence, true, NOW);
    }
    assertThat(dispatcher.marks()).as("an outage spends no attempt").isEmpty();
    assertThat(dispatcher.isOutage()).isTrue();
    assertThat(send()).as("it rests").isEmpty();
    assertThat(send(LATER)).as("a probe").hasSize(3);
    dispatcher.answers().acked(PIPELINE, sequence, true, LATER);
    assertThat(dispatcher.isOutage()).isFalse();
  }

  @Test
  void aggregates_that_are_refused_one_after_the_other_make_the_probe_slow_as_well() {
    for (int aggregate = 1; aggregate <= Refusals.ENOUGH; aggregate++) {
      refuseAlone(aggregate, aggregate);
    }
    load(99, 99);
    assertThat(send()).isEmpty();
    assertThat(send(LATER)).containsExactly(99L);
  }

  @Test
  void one_aggregate_that_is_refused_again_and_again_keeps_no_other_waiting() {
    for (int time = 1; time <= 2 * Refusals.ENOUGH; time++) {
      refuseAlone(1, 1);
    }
    load(99, 99);
    assertThat(send()).containsExactly(99L);
  }

  @Test
  void many_aggregates_refused_one_after_the_other_in_a_short_outage_rest_no_longer_than_one() {
    for (int aggregate = 1; aggregate < Refusals.ENOUGH; aggregate++) {
      refuseAlone(aggregate, aggregate);
    }
    List<Scans.Page> pages = dispatcher.intake().pages();
    dispatcher.intake().found(pages, List.of(), NOW + Duration.ofMillis(500).toNanos());
    assertThat(dispatcher.intake().toLoad(100)).hasSize(Refusals.ENOUGH - 1);
  }

  @Test
  void many_due_retries_take_as_many_searches_as_they_are_windows() {
    Dispatcher wide = dispatcher(new Limits(100, 16, 400, 1 << 20));
    wide.leases(
        new Leases(
            IntStream.range(0, 64)
                .boxed()
                .collect(Collectors.toMap(bucket -> bucket, bucket -> 7L)),
            Set.of(),
            Long.MAX_VALUE / 4));
    List<Long> due = LongStream.rangeClosed(1, 1000).boxed().collect(Collectors.toList());
    int searches = 0;
    for (; !due.isEmpty(); searches++) {
      List<Long> found = due.subList(0, Math.min(wide.intake().retries(), due.size()));
      wide.intake()
          .found(
              wide.intake().pages(),
              found.stream().map(row -> new Candidate(Candidate.RETRY, 0, row, row)).toList(),
              NOW);
      wide.intake()
          .toLoad(1000)
          .forEach(key -> wide.intake().loaded(List.of(Rows.row(key, key, 1, 0)), false));
      for (OutboxRow row = wide.next(ALONE, NOW); row != null; row = wide.next(ALONE, NOW)) {
        wide.sending(ALONE, row, ++sequence, NOW);
        wide.answers().acked(ALONE, sequence, false, NOW);
      }
      List<Mark> written = wide.marks();
      wide.marked(written);
      due.removeAll(written.stream().map(mark -> mark.row().position()).toList());
    }
    assertThat(searches).isEqualTo(10);
  }

  @Test
  void no_load_brings_more_rows_than_there_is_room_for() {
    want(1, 40);
    assertThat(dispatcher.intake().toLoad(100)).hasSize(40);
    assertThat(dispatcher.intake().rowsEach(40)).isEqualTo(2);
    LongStream.rangeClosed(1, 40)
        .forEach(
            key ->
                dispatcher
                    .intake()
                    .loaded(List.of(Rows.row(2 * key, key), Rows.row(2 * key + 1, key)), true));

    want(100, 150);
    assertThat(dispatcher.intake().toLoad(100)).as("80 of 100 rows are in memory").hasSize(10);
    assertThat(dispatcher.intake().rowsEach(10)).as("whether it is the last shows").isEqualTo(2);
    assertThat(dispatcher.intake().rowsEach(1)).as("never more than a lane").isEqualTo(16);
  }

  private void want(long from, long to) {
    dispatcher
        .intake()
        .found(
            dispatcher.intake().pages(),
            LongStream.rangeClosed(from, to)
                .mapToObj(key -> new Candidate(Candidate.RETRY, 0, 2 * key, key))
                .toList(),
            NOW);
  }

  private static Dispatcher dispatcher(Limits limits) {
    return new Dispatcher(
        limits,
        new RetryPolicy(
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            Duration.ofHours(1),
            5,
            new SplittableRandom(1)),
        Outcomes.IGNORED);
  }

  private static List<Candidate> full(List<Scans.Page> pages) {
    List<Candidate> candidates = new ArrayList<>();
    for (int row = 1; row <= pages.get(0).rows(); row++) {
      candidates.add(new Candidate(0, 0, row, 1));
    }
    return candidates;
  }

  private void lease(long epoch) {
    dispatcher.leases(new Leases(Map.of(0, epoch), Set.of(), Long.MAX_VALUE / 4));
  }

  private void load(long aggregateKey, long... positions) {
    List<OutboxRow> rows = new ArrayList<>();
    for (long position : positions) {
      rows.add(Rows.row(position, aggregateKey));
    }
    loaded(rows, false);
  }

  private void loaded(List<OutboxRow> rows, boolean more) {
    // Begins the load that these rows come from.
    dispatcher.intake().toLoad(0);
    dispatcher.intake().loaded(rows, more);
  }

  private List<Long> sendAlone() {
    OutboxRow row = dispatcher.next(ALONE, NOW);
    if (row == null) {
      return List.of();
    }
    dispatcher.sending(ALONE, row, 1, NOW);
    return List.of(row.position());
  }

  private List<Long> send() {
    return send(NOW);
  }

  private List<Long> send(long now) {
    List<Long> sent = new ArrayList<>();
    for (OutboxRow row = dispatcher.next(PIPELINE, now);
        row != null;
        row = dispatcher.next(PIPELINE, now)) {
      dispatcher.sending(PIPELINE, row, ++sequence, now);
      sent.add(row.position());
    }
    return sent;
  }
}
