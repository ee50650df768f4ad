package io.reliableoutbox.benchmark.drain;

import io.reliableoutbox.benchmark.stand.OutboxTable;

/** Something that can publish a number of messages to the three queues. */
interface Contender {
  String label();

  /** What its processes are called in tables. */
  String process();

  /** Makes ready what isn't measured; outbox and queues are empty. */
  void prepare(OutboxTable.Content content);

  Publishing start();

  /**
   * How many of the messages that are counted have arrived, of which the broker has {@code ready}.
   */
  default long arrived(long ready) {
    return ready;
  }
}
