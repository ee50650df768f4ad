package io.reliableoutbox.lab.soak;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.system.Component;
import io.reliableoutbox.lab.system.Pause;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Deletes a queue that holds messages: the one thing here that loses events. The consumers put the
 * queue back by themselves; what it held, and what was published while it was away, is replayed
 * from the outbox.
 */
final class QueueDeletion implements Break {
  private static final int LOOKS = 10;
  private static final long BACK_MILLIS = 60_000;
  // RabbitMQ 3.10 that is killed within a second after a quorum queue was declared brings that
  // queue back without a leader, for ever (rabbitmq-server issue 10070).
  private static final long GROWN_UP_MILLIS = 3_000;
  private final Parts parts;
  private final Replays replays;
  private final Map<Fault, String> since = new ConcurrentHashMap<>();

  QueueDeletion(Parts parts, Replays replays) {
    this.parts = parts;
    this.replays = replays;
  }

  @Override
  public Struck strike(Fault fault) {
    String queue = fault.target();
    List<Component> consumers = List.of(parts.get("consumer-1"), parts.get("consumer-2"));
    if (consumers.stream().anyMatch(consumer -> consumer.pid() == 0)) {
      return new Struck(false, "a consumer is not running");
    }
    String oldest = replays.oldestMissing(queue.replace(".orders", ""));
    try {
      consumers.forEach(Component::freeze);
      long held = waitUntilItHolds(queue);
      if (held == 0) {
        return new Struck(false, "it held nothing");
      }
      since.put(fault, oldest); // from here on nobody knows, until the broker has answered
      delete(queue);
      return new Struck(true, "deleted while it held " + held + " messages");
    } finally {
      consumers.forEach(Component::thaw);
    }
  }

  @Override
  public void mend(Fault fault) {
    for (long waited = 0; waited < BACK_MILLIS; waited += 500) {
      Pause.millis(500);
      if (exists(fault.target())) {
        Pause.millis(GROWN_UP_MILLIS);
        return;
      }
    }
    throw new InfrastructureException(fault.target() + " did not come back.");
  }

  @Override
  public String afterwards(Fault fault, Struck struck) {
    String oldest = since.remove(fault);
    return oldest == null ? "" : replays.replay(oldest);
  }

  private long waitUntilItHolds(String queue) {
    long held = 0;
    for (int look = 0; look < LOOKS && held == 0; look++) {
      held = new Queues(parts.system()).messages().getOrDefault(queue, 0L);
    }
    return held;
  }

  private void delete(String queue) {
    try {
      Connection connection = connect();
      try {
        connection.createChannel().queueDelete(queue);
      } finally {
        connection.abort(); // how this one ends says nothing about the queue
      }
    } catch (Exception e) {
      throw new InfrastructureException(queue + " can't be deleted: " + e.getMessage(), e);
    }
  }

  private boolean exists(String queue) {
    try (Connection connection = connect()) {
      connection.createChannel().queueDeclarePassive(queue);
      return true;
    } catch (Exception e) {
      return false;
    }
  }

  private Connection connect() throws Exception {
    var factory = new ConnectionFactory();
    factory.setUri(parts.system().brokerUri());
    factory.setAutomaticRecoveryEnabled(false);
    Connection connection = factory.newConnection("lab");
    if (connection == null) {
      throw new IOException("no connection");
    }
    return connection;
  }
}
