package io.reliableoutbox.benchmark.yardstick;

import com.rabbitmq.client.AMQP;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** Messages like those of the relay: docs/contracts/message.md. */
public final class Messages {
  private Messages() {}

  /** All of them, as PerfTest's command line takes them; every message has the same. */
  static String pairs() {
    var id = new UUID(1, 1);
    var properties = properties(id, "thing", "12345", "thing.changed");
    var pairs = new LinkedHashMap<String, Object>(properties.getHeaders());
    pairs.put("messageId", id);
    pairs.put("type", properties.getType());
    pairs.put("timestamp", properties.getTimestamp().toInstant());
    pairs.put("appId", properties.getAppId());
    pairs.put("contentType", properties.getContentType());
    return pairs.entrySet().stream()
        .map(pair -> pair.getKey() + "=" + pair.getValue())
        .collect(Collectors.joining(","));
  }

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
