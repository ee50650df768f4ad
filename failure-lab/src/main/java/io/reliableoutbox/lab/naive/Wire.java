package io.reliableoutbox.lab.naive;

import com.rabbitmq.client.AMQP;
import java.time.Instant;
import java.util.Date;
import java.util.Map;

/** An event as docs/contracts/message.md has it, as far as the consumers here need it. */
public record Wire(
    String id, String aggregateType, String aggregateId, long version, String type, String body) {
  public AMQP.BasicProperties properties() {
    return new AMQP.BasicProperties.Builder()
        .messageId(id)
        .type(type)
        .timestamp(Date.from(Instant.now()))
        .appId("naive")
        .contentType("application/json")
        .deliveryMode(2)
        .headers(
            Map.of(
                "aggregate_type", aggregateType,
                "aggregate_id", aggregateId,
                "aggregate_version", version))
        .build();
  }
}
