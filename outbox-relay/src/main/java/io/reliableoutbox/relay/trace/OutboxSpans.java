package io.reliableoutbox.relay.trace;

import io.reliableoutbox.relay.core.Mark;
import java.time.Instant;
import java.util.List;

/** Told of every row that was marked. Never throws: nothing waits or fails for a trace. */
public interface OutboxSpans {
  /** Where spans go nowhere: none are made. */
  OutboxSpans NONE = (marks, confirmedAt) -> {};

  /** These rows are marked; those that are published were confirmed at that time. */
  void marked(List<Mark> marks, Instant confirmedAt);

  /** The time that a span may end at. */
  default Instant now() {
    return Instant.now();
  }
}
