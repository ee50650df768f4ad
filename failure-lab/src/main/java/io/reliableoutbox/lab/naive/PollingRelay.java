package io.reliableoutbox.lab.naive;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;

/**
 * A relay as it is often written: read what comes after the last position, publish it, mark it. It
 * marks before anybody has confirmed, asks for no return, and never looks below its cursor: what is
 * lost on the way, what no queue takes and what commits late is gone. Not to be copied.
 */
public final class PollingRelay {
  private static final String NEXT =
      """
      select position, id::text, aggregate_type, aggregate_id, aggregate_version, event_type, payload::text
      from ordering.outbox where position > ? order by position limit 100
      """;
  private static final String MARK =
      "update ordering.outbox_delivery set state = 'PUBLISHED', settled_at = clock_timestamp() where position = ?";

  private PollingRelay() {}

  public static void main(String[] arguments) throws Exception {
    var environment = System.getenv();
    var factory = new ConnectionFactory();
    factory.setUri(environment.get("RABBITMQ_URI"));
    try (var database =
            DriverManager.getConnection(
                environment.get("SPRING_DATASOURCE_URL"),
                environment.get("SPRING_DATASOURCE_USERNAME"),
                environment.get("SPRING_DATASOURCE_PASSWORD"));
        var broker = factory.newConnection("naive-relay")) {
      var channel = broker.createChannel();
      long cursor = Long.parseLong(environment.get("CURSOR"));
      while (true) {
        cursor = relay(database, channel, cursor);
        Thread.sleep(50);
      }
    }
  }

  private static long relay(Connection database, Channel channel, long cursor) throws Exception {
    var positions = new ArrayList<Long>();
    try (var query = database.prepareStatement(NEXT)) {
      query.setLong(1, cursor);
      try (var row = query.executeQuery()) {
        while (row.next()) {
          var event =
              new Wire(
                  row.getString(2),
                  row.getString(3),
                  row.getString(4),
                  row.getLong(5),
                  row.getString(6),
                  row.getString(7));
          publish(channel, event);
          positions.add(row.getLong(1));
        }
      }
    }
    for (long position : positions) {
      mark(database, position);
    }
    return positions.isEmpty() ? cursor : positions.get(positions.size() - 1);
  }

  private static void publish(Channel channel, Wire event) throws InterruptedException {
    while (true) {
      try {
        channel.basicPublish(
            "orders.events",
            event.type(),
            event.properties(),
            event.body().getBytes(StandardCharsets.UTF_8));
        return;
      } catch (Exception e) {
        // It even tries again: but only what it notices.
        System.err.println("will be tried again: " + e);
        Thread.sleep(500);
      }
    }
  }

  private static void mark(Connection database, long position) throws Exception {
    try (var update = database.prepareStatement(MARK)) {
      update.setLong(1, position);
      update.executeUpdate();
    }
  }
}
