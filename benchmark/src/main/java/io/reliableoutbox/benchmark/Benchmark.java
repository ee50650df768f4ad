package io.reliableoutbox.benchmark;

import io.reliableoutbox.benchmark.figures.Result;
import io.reliableoutbox.benchmark.stand.Stand;

/** Measures one thing, in turn with what it is compared with. */
public interface Benchmark {
  /** The name by which it is asked for. */
  String name();

  /** On a stand whose outbox and queues it may empty. */
  Result run(Stand stand, Plan plan);
}
