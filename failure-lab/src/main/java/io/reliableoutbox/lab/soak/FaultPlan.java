package io.reliableoutbox.lab.soak;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Which faults, when: the same seed gives the same plan. They are dealt from a deck that holds each
 * fault once and is shuffled anew when it is empty, so that a long soak has all of them. Faults of
 * different targets overlap; one target has one at a time, and a while to come back.
 */
public final class FaultPlan {
  private static final long FIRST_MILLIS = 5_000;
  private static final long LAST_BEFORE_END_MILLIS = 10_000;
  private static final long MEAN_GAP_MILLIS = 12_000;
  private static final long COMES_BACK_MILLIS = 20_000;

  private final Random random;
  private final List<Fault> all;
  private final Deque<Fault> deck = new ArrayDeque<>();
  private final Map<String, Long> busyUntil = new HashMap<>();

  private FaultPlan(long seed, Set<FaultKind> kinds) {
    random = new Random(seed);
    all = kinds.stream().sorted().flatMap(FaultKind::deck).toList();
  }

  public static List<Fault> of(long seed, Duration duration, Set<FaultKind> kinds) {
    return new FaultPlan(seed, kinds).deal(duration.toMillis() - LAST_BEFORE_END_MILLIS);
  }

  private List<Fault> deal(long endMillis) {
    List<Fault> plan = new ArrayList<>();
    for (long at = FIRST_MILLIS; at < endMillis; at += gap()) {
      if (deck.isEmpty()) {
        List<Fault> shuffled = new ArrayList<>(all);
        Collections.shuffle(shuffled, random);
        deck.addAll(shuffled);
      }
      Fault fault = draw(at);
      if (fault != null) {
        plan.add(fault);
      }
    }
    return plan;
  }

  /** The first card whose target is well again, with a time; null if there is none. */
  private @org.jspecify.annotations.Nullable Fault draw(long at) {
    for (Iterator<Fault> cards = deck.iterator(); cards.hasNext(); ) {
      Fault card = cards.next();
      if (card.kind().needs(card.target()).stream().allMatch(part -> isWell(part, at))) {
        cards.remove();
        Fault fault = timed(card, at);
        fault
            .kind()
            .needs(fault.target())
            .forEach(part -> busyUntil.put(part, fault.endMillis() + COMES_BACK_MILLIS));
        return fault;
      }
    }
    return null;
  }

  private boolean isWell(String part, long at) {
    return busyUntil.getOrDefault(part, 0L) <= at;
  }

  private Fault timed(Fault card, long at) {
    long lasts = (long) (random.nextDouble() * 1000 * card.kind().longestSeconds());
    String detail = card.detail().isEmpty() ? "" : card.detail() + ":" + (1 + random.nextInt(30));
    return new Fault(at, card.kind(), card.target(), lasts, detail);
  }

  private long gap() {
    return 1 + (long) (-Math.log(1 - random.nextDouble()) * MEAN_GAP_MILLIS);
  }
}
