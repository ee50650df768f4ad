package io.reliableoutbox.benchmark.consume;

/** Something that takes messages from a queue, from {@link #start} to {@link #end}. */
interface Consuming {
  /** Starts it and returns its process. */
  long start();

  /** The queue is empty: ends it, and fails where it did not do its work to the end. */
  void end(long messages);
}
