package io.reliableoutbox.relay.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** All that the core decides about an event, from its being found to its mark. */
@State(Scope.Thread)
public class DispatcherSpeed {
  private static final int WINDOW = 1000;
  private static final int ANSWERED_TOGETHER = 50;
  private static final long NOW = 1;

  private final Dispatcher dispatcher =
      new Dispatcher(
          Limits.forWindow(WINDOW),
          new RetryPolicy(
              Duration.ofSeconds(1),
              Duration.ofMinutes(5),
              Duration.ofHours(1),
              5,
              new SplittableRandom(1)),
          Outcomes.IGNORED);
  private List<OutboxRow> rows = List.of();
  private List<Candidate> candidates = List.of();
  private long sequence;

  /** Owns all buckets; the same rows come again and again, as if they were new. */
  @Setup
  public void start() {
    Map<Integer, Long> epochs = new HashMap<>();
    for (int bucket = 0; bucket < SpeedRows.BUCKETS; bucket++) {
      epochs.put(bucket, 1L);
    }
    dispatcher.leases(new Leases(epochs, Set.of(), Long.MAX_VALUE / 2));
    rows = SpeedRows.of(WINDOW);
    List<Candidate> found = new ArrayList<>();
    for (var row : rows) {
      found.add(new Candidate(Candidate.RETRY, row.bucket(), row.position(), row.aggregateKey()));
    }
    candidates = found;
  }

  @Benchmark
  @OperationsPerInvocation(WINDOW)
  public int foundToMarked() {
    dispatcher.intake().found(dispatcher.intake().pages(), candidates, NOW);
    for (long key : dispatcher.intake().toLoad(WINDOW)) {
      dispatcher.intake().loaded(List.of(rows.get((int) key)), false);
    }
    long before = sequence;
    for (var row = next(); row != null; row = next()) {
      dispatcher.sending(Route.PIPELINE, row, ++sequence, NOW);
    }
    for (long answered = before; answered < sequence; ) {
      answered = Math.min(sequence, answered + ANSWERED_TOGETHER);
      dispatcher.answers().acked(Route.PIPELINE, answered, true, NOW);
    }
    var marks = dispatcher.marks();
    dispatcher.marked(marks);
    if (marks.size() != WINDOW) {
      throw new IllegalStateException("only " + marks.size() + " were marked");
    }
    return marks.size();
  }

  private @Nullable OutboxRow next() {
    return dispatcher.next(Route.PIPELINE, NOW);
  }
}
