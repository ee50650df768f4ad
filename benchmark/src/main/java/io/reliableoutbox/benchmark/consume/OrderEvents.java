package io.reliableoutbox.benchmark.consume;

import io.reliableoutbox.benchmark.stand.Pause;
import io.reliableoutbox.benchmark.stand.Queues;
import io.reliableoutbox.benchmark.stand.Stand;
import io.reliableoutbox.benchmark.yardstick.Messages;
import io.reliableoutbox.benchmark.yardstick.Order;
import io.reliableoutbox.benchmark.yardstick.Window;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;

/** Publishes orders that were placed, to all three queues. */
record OrderEvents(Stand stand) {
  private static final int WINDOW = 1000;
  private static final Duration ARRIVAL = Duration.ofSeconds(30);
  private static final String TYPE = "order.created";

  void publish(long messages) {
    try (var connection = stand.connection()) {
      var channel = connection.createChannel();
      var window = new Window(WINDOW);
      channel.confirmSelect();
      channel.addConfirmListener(window::answered, window::refused);
      for (long n = 0; n < messages; n++) {
        var id = UUID.randomUUID();
        window.enter(channel.getNextPublishSeqNo());
        channel.basicPublish(
            Queues.EXCHANGE,
            TYPE,
            Messages.properties(id, "order", id.toString(), TYPE),
            Order.placed(id).getBytes(StandardCharsets.UTF_8));
      }
      window.awaitEmpty();
    } catch (Exception e) {
      throw new InfrastructureException("The queues can't be filled: " + e.getMessage(), e);
    }
    Pause.until("all is in the queues", ARRIVAL, () -> stand.queues().readyInAll() == 3 * messages);
  }
}
