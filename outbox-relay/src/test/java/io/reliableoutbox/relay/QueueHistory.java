package io.reliableoutbox.relay;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A queue bound to the exchange, and all that ever arrived in it, in order, repeats included. */
public final class QueueHistory implements AutoCloseable {
  /** A message as it arrived. */
  public record Received(
      String id,
      String aggregateId,
      String routingKey,
      AMQP.BasicProperties properties,
      String body) {}

  public final String queue;
  private final String exchange;
  public final Channel channel;
  private final Connection connection;
  private final ConcurrentLinkedQueue<Received> received = new ConcurrentLinkedQueue<>();

  /** A durable queue with these arguments, bound to everything. */
  public QueueHistory(String uri, String queue, Map<String, Object> arguments) throws Exception {
    this(uri, queue, "orders.events", arguments);
  }

  QueueHistory(String uri, String queue, String exchange, Map<String, Object> arguments)
      throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(uri);
    this.queue = queue;
    this.exchange = exchange;
    this.connection = factory.newConnection("history");
    this.channel = connection.createChannel();
    channel.exchangeDeclare(exchange, "topic", true);
    channel.queueDeclare(queue, true, false, false, arguments);
    bind();
  }

  public QueueHistory(String uri) throws Exception {
    this(uri, "history", Map.of());
    consume();
  }

  public void bind() throws Exception {
    channel.queueBind(queue, exchange, "#");
  }

  public void unbind() throws Exception {
    channel.queueUnbind(queue, exchange, "#");
  }

  /** From now on everything is taken from the queue and kept here. */
  public void consume() throws Exception {
    channel.basicConsume(
        queue,
        true,
        new DefaultConsumer(channel) {
          @Override
          public void handleDelivery(
              String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
            received.add(
                new Received(
                    properties.getMessageId(),
                    String.valueOf(properties.getHeaders().get("aggregate_id")),
                    envelope.getRoutingKey(),
                    properties,
                    new String(body, java.nio.charset.StandardCharsets.UTF_8)));
          }
        });
  }

  public List<Received> all() {
    return new ArrayList<>(received);
  }

  public List<String> ids() {
    return all().stream().map(Received::id).toList();
  }

  /** Each id once, in the order of its first arrival. */
  public Set<String> firstArrivals() {
    return new LinkedHashSet<>(ids());
  }

  @Override
  public void close() {
    connection.abort(1000);
  }
}
