package io.reliableoutbox.benchmark.yardstick;

import com.rabbitmq.client.AMQP;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.UUID;

/** Messages like those of the relay: docs/contracts/message.md. */
public final class Messages {
  private Messages() {}

  /** The first version of an aggregate. */
  public static AMQP.BasicProperties properties(
      UUID id, String aggregateType, String aggregateId, String type) {
    var now = Instant.now();
    var headers = new HashMap<String, Object>();
    headers.put("aggregate_type", aggregateType);
    headers.put("aggregate_id", aggregateId);
    headers.put("aggregate_version", 1L);
    headers.put("cloudEvents:specversion", "1.0");
    headers.put("cloudEvents:id", id.toString());
    headers.put("cloudEvents:source", "/ordering/" + aggregateType);
    headers.put("cloudEvents:type", type);
    headers.put("cloudEvents:subject", aggregateId);
    headers.put("cloudEvents:time", now.toString());
    return new AMQP.BasicProperties.Builder()
        .messageId(id.toString())
        .type(type)
        .timestamp(Date.from(now))
        .appId("outbox-relay")
        .contentType("application/json")
        .deliveryMode(2)
        .headers(headers)
        .build();
  }
}
