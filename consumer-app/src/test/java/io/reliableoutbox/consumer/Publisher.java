package io.reliableoutbox.consumer;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Stands in for the relay: publishes order events with the properties of docs/contracts. */
public final class Publisher implements AutoCloseable {
  private static final String EXCHANGE = "orders.events";
  private final Connection connection;
  private final Channel channel;

  public Publisher(String uri) throws Exception {
    var factory = new ConnectionFactory();
    factory.setUri(uri);
    connection = factory.newConnection("test");
    channel = connection.createChannel();
    channel.exchangeDeclare(EXCHANGE, BuiltinExchangeType.TOPIC, true);
    channel.confirmSelect();
  }

  /** An order event; publishing the same one again is a redelivery. */
  public record Message(UUID id, UUID order, String type, long version) {
    public static Message of(UUID order, long version, String type) {
      return new Message(UUID.randomUUID(), order, type, version);
    }
  }

  public void publish(Message message) throws Exception {
    publish(message, body(message));
  }

  public void publish(Message message, String body) throws Exception {
    publish(message, body, Map.of());
  }

  public void publish(Message message, String body, Map<String, Object> more) throws Exception {
    Map<String, Object> headers = new HashMap<>(more);
    headers.put("aggregate_type", "order");
    headers.put("aggregate_id", message.order().toString());
    headers.put("aggregate_version", message.version());
    headers.put("cloudEvents:time", Instant.now().toString());
    var properties =
        new AMQP.BasicProperties.Builder()
            .messageId(message.id().toString())
            .type(message.type())
            .timestamp(Date.from(Instant.now()))
            .contentType("application/json")
            .deliveryMode(2)
            .headers(headers)
            .build();
    channel.basicPublish(
        EXCHANGE, message.type(), true, properties, body.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns when the broker has taken all of it. */
  public void confirm() throws Exception {
    channel.waitForConfirmsOrDie(10_000);
  }

  public Channel channel() {
    return channel;
  }

  /** Messages that are not delivered to anybody. */
  public long ready(String queue) throws Exception {
    return channel.messageCount(queue);
  }

  public static String body(Message message) {
    return """
        {"orderId": "%s", "customerId": "customer-42", "version": %d, "status": "%s", "currency": "EUR",
         "total": "44.80", "occurredAt": "2026-11-23T10:15:30.123456Z",
         "lines": [{"sku": "SKU-1", "quantity": 2, "unitPrice": "19.90"},
                   {"sku": "SKU-7", "quantity": 1, "unitPrice": "5.00"}]}"""
        .formatted(message.order(), message.version(), message.type());
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
