package io.reliableoutbox.benchmark.latency;

import java.time.Duration;
import java.util.UUID;
import org.HdrHistogram.Histogram;

/** Notes how long after its commit each event got somewhere. Thread-safe. */
interface Watch {
  /** To be called just before the commit, with the monotonic time that its latency counts from. */
  void committing(UUID id, long sinceNanos);

  /** What has been noted since the last call, once all that was committed has got there. */
  Histogram take(Duration limit);
}
