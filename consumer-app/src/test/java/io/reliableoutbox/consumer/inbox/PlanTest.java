package io.reliableoutbox.consumer.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlanTest {
  private static final AggregateKey ORDER = new AggregateKey("order", "1");
  private static final RetryDelays ONE_RETRY = new RetryDelays(List.of(Duration.ofSeconds(1)));

  @Test
  void the_next_version_is_applied_and_settled() {
    var plan = plan(2, event(3L));
    assertThat(verdicts(plan)).containsExactly(new Verdict.Apply());
    assertThat(plan.advanced()).containsExactly(Map.entry(ORDER, 3L));
  }

  @Test
  void a_version_ahead_is_held_and_settles_nothing() {
    var plan = plan(2, event(4L));
    assertThat(verdicts(plan)).containsExactly(new Verdict.Hold());
    assertThat(plan.advanced()).isEmpty();
  }

  @Test
  void versions_of_one_batch_are_applied_in_order_however_they_came() {
    var plan = plan(0, event(3L), event(1L), event(2L));
    assertThat(plan.changes()).extracting(Event::version).containsExactly(1L, 2L, 3L);
    assertThat(plan.advanced()).containsExactly(Map.entry(ORDER, 3L));
  }

  @Test
  void an_unknown_id_with_a_settled_version_is_stale() {
    assertThat(verdicts(plan(3, event(3L))).get(0))
        .isInstanceOfSatisfying(
            Verdict.Park.class, park -> assertThat(park.reason()).isEqualTo(ParkReason.STALE));
  }

  @Test
  void a_failed_event_is_retried_and_then_parked_and_its_successor_is_held() {
    var failed = candidate(event(1L)).failed(new Failure.Passing("no"));
    var plan = Plan.of(List.of(failed, candidate(event(2L))), Map.of(ORDER, 0L), ONE_RETRY);
    assertThat(verdicts(plan))
        .containsExactly(new Verdict.Retry(Duration.ofSeconds(1), "no"), new Verdict.Hold());
    assertThat(plan.decisions()).extracting(Decision::attempts).containsExactly(1, 0);

    var again = new Candidate<>(failed.event(), failed.event(), new Failure.Passing("no"), 1);
    var last = Plan.of(List.of(again), Map.of(ORDER, 0L), ONE_RETRY);
    assertThat(verdicts(last)).containsExactly(new Verdict.Park(ParkReason.RETRIES_USED_UP, "no"));
  }

  @Test
  void a_permanent_failure_is_parked_at_once() {
    var failed = candidate(event(1L)).failed(new Failure.Permanent("never"));
    var plan = Plan.of(List.of(failed), Map.of(ORDER, 0L), ONE_RETRY);
    assertThat(verdicts(plan)).containsExactly(new Verdict.Park(ParkReason.PERMANENT, "never"));
  }

  @Test
  void what_the_broker_gave_up_on_is_parked_with_its_turn_or_without() {
    for (long version : List.of(1L, 5L)) {
      var dead = Candidate.<Event>refused(event(version), new Failure.GivenUp("20 times"), 0);
      var plan = Plan.of(List.of(dead), Map.of(ORDER, 0L), ONE_RETRY);
      assertThat(verdicts(plan))
          .containsExactly(new Verdict.Park(ParkReason.DELIVERY_LIMIT, "20 times"));
      assertThat(plan.decisions()).extracting(Decision::attempts).containsExactly(0);
      assertThat(plan.changes()).isEmpty();
    }
  }

  @Test
  void a_tombstone_settles_its_version_without_an_effect() {
    var tombstone = event(1L, true);
    var plan = plan(0, tombstone, event(2L));
    assertThat(verdicts(plan)).containsExactly(new Verdict.Skip(), new Verdict.Apply());
    assertThat(plan.changes()).hasSize(1);
  }

  @Test
  void events_without_a_version_are_applied_as_they_come() {
    var first = event(null);
    var second = event(null);
    assertThat(plan(0, first, second).changes()).containsExactly(first, second);
  }

  static IntStream seeds() {
    return IntStream.range(0, 300);
  }

  /** Deliveries shuffled, repeated and cut into batches at random. */
  @ParameterizedTest
  @MethodSource("seeds")
  void whatever_the_order_of_delivery_each_event_is_applied_once_and_in_order(int seed) {
    var random = new Random(seed);
    List<Event> events = new ArrayList<>();
    for (int order = 0; order < 5; order++) {
      var key = new AggregateKey("order", "o" + order);
      for (long version = 1; version <= 1 + random.nextInt(8); version++) {
        events.add(event(key, version, random.nextInt(10) == 0));
      }
    }
    List<Event> deliveries = new ArrayList<>(events);
    deliveries.addAll(events.subList(0, events.size() / 2));
    Collections.shuffle(deliveries, random);

    var model = new InboxInMemory();
    while (!deliveries.isEmpty()) {
      int size = 1 + random.nextInt(Math.min(7, deliveries.size()));
      model.receive(deliveries.subList(0, size));
      deliveries.subList(0, size).clear();
    }
    assertThat(model.held).isEmpty();
    assertThat(model.settled).hasSameSizeAs(events).containsExactlyInAnyOrderElementsOf(events);
    for (Event event : events) {
      assertThat(model.settled.stream().filter(e -> e.aggregate().equals(event.aggregate())))
          .extracting(Event::version)
          .isSorted();
    }
  }

  /** What the tables keep between batches. */
  private static final class InboxInMemory {
    final Set<UUID> known = new HashSet<>();
    final List<Event> held = new ArrayList<>();
    final List<Event> settled = new ArrayList<>();
    final Map<AggregateKey, Long> progress = new HashMap<>();

    void receive(List<Event> batch) {
      var fresh = batch.stream().filter(event -> known.add(event.messageId())).toList();
      var work = new ArrayList<>(fresh);
      do {
        var plan = Plan.of(work.stream().map(PlanTest::candidate).toList(), progress, ONE_RETRY);
        work.clear();
        for (Decision<Event> decision : plan.decisions()) {
          (decision.settles() ? settled : held).add(decision.candidate().event());
        }
        progress.putAll(plan.advanced());
        if (!plan.advanced().isEmpty()) {
          work.addAll(held);
          held.clear();
        }
      } while (!work.isEmpty());
    }
  }

  private static Plan<Event> plan(long settled, Event... events) {
    var candidates = List.of(events).stream().map(PlanTest::candidate).toList();
    return Plan.of(candidates, Map.of(ORDER, settled), ONE_RETRY);
  }

  private static List<Verdict> verdicts(Plan<Event> plan) {
    return plan.decisions().stream().map(Decision::verdict).toList();
  }

  private static Candidate<Event> candidate(Event event) {
    return new Candidate<>(event, event, null, 0);
  }

  private static Event event(Long version) {
    return event(version, false);
  }

  private static Event event(Long version, boolean skipped) {
    return event(ORDER, version, skipped);
  }

  private static Event event(AggregateKey key, Long version, boolean skipped) {
    var content = new Content("test", "{}", new byte[0]);
    return new Event(UUID.randomUUID(), "order.test", key, version, skipped, null, content);
  }
}
