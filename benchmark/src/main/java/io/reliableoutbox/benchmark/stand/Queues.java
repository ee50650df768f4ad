package io.reliableoutbox.benchmark.stand;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The topic exchange and the three quorum queues of the system, bound to everything. One thread at
 * a time.
 */
public final class Queues implements AutoCloseable {
  public static final String EXCHANGE = "orders.events";
  public static final List<String> NAMES =
      List.of("email.orders", "inventory.orders", "analytics.orders");

  private static final Map<String, Object> PARKING =
      Map.of("x-queue-type", "quorum", "x-delivery-limit", 1_000_000);

  private final Connection connection;
  private final Channel channel;

  Queues(String uri) {
    connection = connect(uri);
    try {
      channel = connection.createChannel();
      declare();
    } catch (IOException e) {
      throw new InfrastructureException("The broker refused: " + e.getMessage(), e);
    }
  }

  static Connection connect(String uri) {
    var factory = new ConnectionFactory();
    factory.setAutomaticRecoveryEnabled(false);
    try {
      factory.setUri(uri);
      return factory.newConnection("benchmark");
    } catch (Exception e) {
      throw new InfrastructureException("No connection to the broker: " + e.getMessage(), e);
    }
  }

  private void declare() throws IOException {
    channel.exchangeDeclare(EXCHANGE, BuiltinExchangeType.TOPIC, true);
    for (var name : NAMES) {
      var parking = name.replace(".orders", ".parking");
      channel.queueDeclare(parking, true, false, false, PARKING);
      channel.queueDeclare(name, true, false, false, arguments(parking));
      channel.queueBind(name, EXCHANGE, "#");
    }
  }

  // Those of consumer-app, which could otherwise not use them.
  private static Map<String, Object> arguments(String parking) {
    return Map.of(
        "x-queue-type", "quorum",
        "x-delivery-limit", 20,
        "x-dead-letter-exchange", "",
        "x-dead-letter-routing-key", parking,
        "x-dead-letter-strategy", "at-least-once",
        "x-overflow", "reject-publish");
  }

  /** Messages that wait in the first queue. */
  public long ready() {
    return ready(NAMES.get(0));
  }

  /** Messages that wait in this queue and are with no consumer. */
  public long ready(String queue) {
    try {
      return channel.messageCount(queue);
    } catch (IOException e) {
      throw new InfrastructureException("The broker doesn't say what waits.", e);
    }
  }

  /** Messages that wait in all three. */
  public long readyInAll() {
    return NAMES.stream().mapToLong(this::ready).sum();
  }

  public void purge() {
    try {
      for (var name : NAMES) {
        channel.queuePurge(name);
      }
    } catch (IOException e) {
      throw new InfrastructureException("The broker doesn't purge.", e);
    }
  }

  @Override
  public void close() {
    connection.abort(1000);
  }
}
