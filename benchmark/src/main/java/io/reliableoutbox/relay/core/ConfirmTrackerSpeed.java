package io.reliableoutbox.relay.core;

import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** A window full of messages, answered as RabbitMQ does under load: many at once, or one by one. */
@State(Scope.Thread)
public class ConfirmTrackerSpeed {
  private static final int WINDOW = 1000;
  private static final int ANSWERED_TOGETHER = 50;

  private final ConfirmTracker tracker = new ConfirmTracker();
  private List<OutboxRow> rows = List.of();
  private long sequence;

  /** Rows are made once: here it is about what the tracker does with them. */
  @Setup
  public void rows() {
    rows = SpeedRows.of(WINDOW);
  }

  @Benchmark
  @OperationsPerInvocation(WINDOW)
  public void answeredTogether(Blackhole answered) {
    long before = send();
    for (int n = ANSWERED_TOGETHER; n <= WINDOW; n += ANSWERED_TOGETHER) {
      answered.consume(tracker.answered(before + n, true));
    }
  }

  @Benchmark
  @OperationsPerInvocation(WINDOW)
  public void answeredOneByOne(Blackhole answered) {
    long before = send();
    for (int n = 1; n <= WINDOW; n++) {
      answered.consume(tracker.answered(before + n, false));
    }
  }

  private long send() {
    long before = sequence;
    for (var row : rows) {
      sequence++;
      tracker.sent(new InFlight(row, sequence, sequence, 1, sequence));
    }
    return before;
  }
}
