package io.reliableoutbox.lab.infrastructure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BrokerServerIT {
  private static BrokerServer server;

  @BeforeAll
  static void start() {
    server = Infrastructure.broker(TestInfrastructure.choice(), Options.forTests());
  }

  @AfterAll
  static void close() {
    server.close();
    assertThat(server.running()).isFalse();
  }

  @Test
  void confirmed_messages_outlive_a_kill() throws Exception {
    assumeTrue(server.realRabbit(), "the embedded broker keeps nothing");
    var host = server.freshVirtualHost();
    publish(host, "kept");
    // RabbitMQ writes the name of a new quorum queue to disk within about a second; killed before
    // that, it comes back with a queue that never elects a leader, and its messages.
    await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
    server.kill();
    assertThat(server.running()).isFalse();
    server.start();
    // A quorum queue elects its leader first, and says that it is empty until then.
    await().atMost(Duration.ofSeconds(20)).until(() -> holdsMessage(host, "kept"));
  }

  @Test
  void virtual_hosts_are_separate_and_outlive_a_restart() throws Exception {
    var one = server.freshVirtualHost();
    var other = server.freshVirtualHost();
    publish(one, "queue");
    assertThatThrownBy(() -> messages(other, "queue")).hasStackTraceContaining("404");
    server.stop();
    assertThat(server.running()).isFalse();
    server.start();
    publish(one, "queue");
  }

  @Test
  void paused_it_does_not_answer_and_resumed_it_does() throws Exception {
    server.pause();
    try {
      assertThatThrownBy(() -> connect(server.amqpUri())).isInstanceOf(Exception.class);
      assertThat(server.running()).isTrue();
    } finally {
      server.resume();
    }
    connect(server.amqpUri()).close();
  }

  @Test
  void rabbitmqctl_runs_where_there_is_one() {
    if (server.realRabbit()) {
      assertThat(server.runCtl("eval", "1 + 2.")).contains("3");
    } else {
      assertThatThrownBy(() -> server.runCtl("status")).hasMessageContaining("embedded broker");
    }
  }

  private static void publish(String uri, String queue) throws Exception {
    try (var connection = connect(uri)) {
      Channel channel = connection.createChannel();
      Map<String, Object> arguments = Map.of("x-queue-type", "quorum", "x-delivery-limit", 20);
      channel.queueDeclare(queue, true, false, false, arguments);
      channel.confirmSelect();
      channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, new byte[] {1});
      channel.waitForConfirmsOrDie(10_000);
    }
  }

  private static boolean holdsMessage(String uri, String queue) throws Exception {
    try (var connection = connect(uri)) {
      return connection.createChannel().basicGet(queue, false) != null;
    }
  }

  private static long messages(String uri, String queue) throws Exception {
    try (var connection = connect(uri)) {
      return connection.createChannel().queueDeclarePassive(queue).getMessageCount();
    }
  }

  private static Connection connect(String uri) throws Exception {
    var factory = new ConnectionFactory();
    factory.setUri(uri);
    factory.setConnectionTimeout(2000);
    factory.setHandshakeTimeout(2000);
    return factory.newConnection();
  }
}
