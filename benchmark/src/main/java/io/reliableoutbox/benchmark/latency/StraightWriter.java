package io.reliableoutbox.benchmark.latency;

import com.rabbitmq.client.Channel;
import io.reliableoutbox.benchmark.stand.Queues;
import io.reliableoutbox.benchmark.stand.Sql;
import io.reliableoutbox.benchmark.yardstick.Messages;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The yardstick: published by the same thread right after the commit, under confirms, without an
 * outbox. It loses events when it dies between the two, and no outbox can be faster.
 */
final class StraightWriter extends Writer {
  private final Channel channel;
  private final Event event;

  StraightWriter(Sql sql, Watch watch, Event event, Channel channel) throws Exception {
    super(sql, watch);
    this.event = event;
    this.channel = channel;
    channel.confirmSelect();
  }

  @Override
  void beforeCommit(UUID id) {}

  @Override
  void afterCommit(UUID id) throws Exception {
    channel.basicPublish(
        Queues.EXCHANGE,
        event.type(),
        true,
        Messages.properties(id, event.aggregateType(), id.toString(), event.type()),
        event.body().apply(id).getBytes(StandardCharsets.UTF_8));
  }
}
