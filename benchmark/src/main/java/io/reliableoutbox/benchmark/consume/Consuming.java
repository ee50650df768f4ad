package io.reliableoutbox.benchmark.consume;

/** Something that takes messages from a queue, from {@link #start} to {@link #end}. */
interface Consuming {
  /** Starts it at a queue of so many messages and returns its process. */
  long start(long messages);

  /** The queue is empty: ends it, and fails where it did not do its work to the end. */
  void end(long messages);
}
