package io.reliableoutbox.benchmark.latency;

import io.reliableoutbox.benchmark.stand.OutboxTable;
import io.reliableoutbox.benchmark.yardstick.Order;
import java.util.UUID;
import java.util.function.Function;

/** What is written and published: an event's type, its aggregate's type, and its body. */
record Event(String type, String aggregateType, Function<UUID, String> body) {
  /** Of so many bytes, which no consumer-app understands. */
  static Event thing(int bytes) {
    var payload = OutboxTable.payload(bytes);
    return new Event("thing.changed", "thing", id -> payload);
  }

  /** An order that was placed; each has an aggregate of its own. */
  static Event order() {
    return new Event("order.created", "order", Order::placed);
  }
}
