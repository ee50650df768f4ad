package io.reliableoutbox.consumer.inbox;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/**
 * One consumer's inbox. Each call of {@link #settle} is one transaction that writes what becomes of
 * every message it is given, with the effects of those whose turn it is: after the commit all of
 * them may be acknowledged, whatever became of them. A message that is known is absorbed.
 *
 * <p>Thread-safe, and safe with any number of other processes: they take turns at each aggregate by
 * its progress row.
 */
public final class Inbox<T> {
  // As the broker's limit.
  private static final int MOST_TAKES = 20;
  private final Effect<T> effect;
  private final RetryDelays delays;
  private final Horizon horizon;
  private final TransactionOperations transactions;
  private final InboxTable rows;
  private final ProgressTable progress;
  private final DueEvents due;

  public Inbox(
      Effect<T> effect,
      RetryDelays delays,
      Horizon horizon,
      TransactionOperations transactions,
      JdbcClient jdbc) {
    this.effect = effect;
    this.delays = delays;
    this.horizon = horizon;
    this.transactions = transactions;
    this.rows = new InboxTable(jdbc, effect.consumer());
    this.progress = new ProgressTable(jdbc, effect.consumer());
    this.due = new DueEvents(jdbc, effect.consumer());
  }

  String consumer() {
    return effect.consumer();
  }

  /** Retries that are due, and held events that were let go: to be settled next. */
  List<UUID> beginDue(int limit) {
    return due.begin(limit);
  }

  /**
   * Settles the work in one transaction.
   *
   * @param failure if not null, why the effect of this single message just failed
   */
  Receipt settle(Work work, @Nullable Failure failure) {
    return transactions.execute(
        status ->
            work instanceof Work.Deliveries deliveries
                ? receive(deliveries.messages(), failure)
                : retry(((Work.Retries) work).messageIds(), failure));
  }

  private Receipt receive(List<Received> messages, @Nullable Failure failure) {
    Map<UUID, Received> fresh = new LinkedHashMap<>();
    messages.forEach(message -> fresh.putIfAbsent(message.messageId(), message));
    List<Candidate<T>> candidates = new ArrayList<>();
    List<Malformed> malformed = new ArrayList<>();
    for (Received message : fresh.values()) {
      Received content = message instanceof DeadLetter dead ? dead.message() : message;
      if (content instanceof Event event) {
        candidates.add(first(event, message, failure));
      } else {
        malformed.add((Malformed) content);
      }
    }
    Progress settled = progress.lock(aggregates(candidates), begun(candidates));
    Set<UUID> known = rows.known(fresh.keySet());
    candidates.removeIf(candidate -> known.contains(candidate.event().messageId()));
    malformed.removeIf(message -> known.contains(message.messageId()));
    int duplicates = messages.size() - candidates.size() - malformed.size();
    return carryOut(candidates, settled, duplicates, malformed);
  }

  private Receipt retry(List<UUID> messageIds, @Nullable Failure failure) {
    List<DueEvents.DueEvent> taken = due.take(messageIds);
    List<Candidate<T>> candidates = taken.stream().map(row -> again(row, failure)).toList();
    Progress settled = progress.lock(aggregates(candidates), Map.of());
    return carryOut(candidates, settled, 0, List.of());
  }

  private Receipt carryOut(
      List<Candidate<T>> candidates, Progress settled, int duplicates, List<Malformed> malformed) {
    Plan<T> plan = Plan.of(candidates, settled.versions(), delays);
    // A crash before the commit leaves neither row nor effect, and the message comes again; a crash
    // after it, but before the ack, too: that delivery is a duplicate.
    rows.record(Stream.concat(apply(plan), malformed.stream().map(InboxRow::malformed)).toList());
    progress.write(settled.changed(plan.advanced()));
    int released = due.release(settled.known(plan.advanced()));
    return new Receipt(plan.decisions(), duplicates, malformed, released);
  }

  private Stream<InboxRow> apply(Plan<T> plan) {
    List<T> changes = plan.changes();
    Iterator<Outcome> outcomes =
        changes.isEmpty() ? Collections.emptyIterator() : effect.apply(changes).iterator();
    return plan.decisions().stream()
        .map(
            decision ->
                decision.applies()
                    ? InboxRow.settled(decision, outcomes.next())
                    : decision.settles()
                        ? InboxRow.settled(decision, Outcome.SKIPPED)
                        : InboxRow.unsettled(decision));
  }

  private Candidate<T> first(Event event, Received message, @Nullable Failure failure) {
    if (message instanceof DeadLetter dead) {
      return Candidate.refused(event, new Failure.GivenUp(dead.why()), 0);
    }
    return horizon
        .refusal(event)
        .map(refusal -> Candidate.<T>refused(event, refusal, 0))
        .orElseGet(() -> candidate(event, 0, failure));
  }

  private Candidate<T> again(DueEvents.DueEvent row, @Nullable Failure failure) {
    if (row.takes() > MOST_TAKES) {
      var givenUp = new Failure.GivenUp("begun " + MOST_TAKES + " times, and the process ended");
      return Candidate.refused(row.event(), givenUp, row.attempts());
    }
    return candidate(row.event(), row.attempts(), failure);
  }

  private Candidate<T> candidate(Event event, int attempts, @Nullable Failure failure) {
    Candidate<T> candidate = Candidate.of(event, effect, attempts);
    return failure == null || candidate.failure() != null ? candidate : candidate.failed(failure);
  }

  /** How far aggregates will be of which nothing was ever settled, if nothing fails. */
  private Map<AggregateKey, Long> begun(List<Candidate<T>> candidates) {
    return Plan.of(candidates, Map.of(), delays).advanced();
  }

  private List<AggregateKey> aggregates(List<Candidate<T>> candidates) {
    return candidates.stream().map(candidate -> candidate.event().aggregate()).toList();
  }
}
