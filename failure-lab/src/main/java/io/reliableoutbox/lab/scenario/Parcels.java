package io.reliableoutbox.lab.scenario;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Another service that uses the same outbox, with events of the aggregate type {@code parcel}, and
 * somebody who listens to them on a queue of the lab's own, which is gone afterwards. Thread-safe.
 */
public final class Parcels implements AutoCloseable {
  private static final String QUEUE = "lab.parcels";
  private final Map<String, List<String>> received = new ConcurrentHashMap<>();
  private final Connection connection;

  /** Nobody listens yet. */
  public Parcels(Stage stage) {
    try {
      var factory = new ConnectionFactory();
      factory.setUri(stage.system().brokerUri());
      connection = factory.newConnection("parcels");
    } catch (Exception e) {
      throw new InfrastructureException("Can't connect to the broker: " + e.getMessage(), e);
    }
  }

  /** Binds the queue to {@code parcel.#}. */
  public void listen() {
    try {
      var channel = connection.createChannel();
      channel.queueDeclare(QUEUE, true, false, false, Map.of());
      channel.queueBind(QUEUE, "orders.events", "parcel.#");
      channel.basicConsume(
          QUEUE,
          true,
          (tag, delivery) -> receive(delivery.getProperties().getHeaders()),
          tag -> {});
    } catch (IOException e) {
      throw new InfrastructureException("Can't listen to parcels: " + e.getMessage(), e);
    }
  }

  /** SQL that writes these versions of one parcel, as any service in any language may. */
  public static String insert(String id, long first, long last) {
    return "insert into ordering.outbox (aggregate_type, aggregate_id, aggregate_version, event_type, payload) values "
        + LongStream.rangeClosed(first, last)
            .mapToObj(
                version -> "('parcel', '%s', %d, 'parcel.moved', '{}')".formatted(id, version))
            .collect(Collectors.joining(", "));
  }

  /** A name for a parcel that no other has. */
  public static String name() {
    return "parcel-" + UUID.randomUUID().toString().substring(0, 8);
  }

  /**
   * The versions of this parcel that have arrived, in the order in which they did; {@code 1
   * skipped} for the tombstone of version 1, {@code none} where there is no version.
   */
  public List<String> received(String id) {
    return List.copyOf(received.getOrDefault(id, List.of()));
  }

  private void receive(Map<String, Object> headers) {
    var version = Objects.requireNonNullElse(headers.get("aggregate_version"), "none").toString();
    var event = version + (headers.containsKey("skipped") ? " skipped" : "");
    received
        .computeIfAbsent(
            String.valueOf(headers.get("aggregate_id")), id -> new CopyOnWriteArrayList<>())
        .add(event);
  }

  @Override
  public void close() {
    try {
      connection.createChannel().queueDelete(QUEUE);
      connection.close();
    } catch (IOException | ShutdownSignalException e) {
      throw new InfrastructureException("Can't remove the parcels' queue: " + e.getMessage(), e);
    }
  }
}
