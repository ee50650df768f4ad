package io.reliableoutbox.lab.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.reliableoutbox.lab.infrastructure.BrokerServer;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each broker user of {@code ./run} can do its work, and not the other's. */
class BrokerRightsIT {
  private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);
  private static final String REFUSED = "ACCESS_REFUSED";
  private BrokerServer broker;
  private BrokerSetup setup;

  @BeforeEach
  void prepare() throws Exception {
    broker = TestInfrastructure.broker();
    assumeTrue(broker.realRabbit(), "the embedded broker has one user for all: needs RabbitMQ");
    setup = new BrokerSetup(broker, List.of(), new Credentials());
    setup.apply();
    as(
        Credentials.RELAY,
        channel ->
            channel.exchangeDeclare(
                "orders.events", BuiltinExchangeType.TOPIC, /* durable= */ true));
    as(
        Credentials.CONSUMER,
        channel -> {
          channel.queueDeclare("email.orders", true, false, false, Map.of());
          channel.queueBind("email.orders", "orders.events", "order.#");
        });
  }

  @AfterEach
  void leaveNothing() throws Exception {
    if (!broker.realRabbit()) {
      return;
    }
    try (var connection = connect(broker.amqpUri());
        var channel = connection.createChannel()) {
      channel.queueDelete("email.orders");
      channel.exchangeDelete("orders.events");
    }
    broker.runCtl("delete_user", Credentials.RELAY);
    broker.runCtl("delete_user", Credentials.CONSUMER);
  }

  @Test
  void the_relays_user_publishes_and_the_consumers_user_consumes() throws Exception {
    as(
        Credentials.RELAY,
        channel -> {
          channel.confirmSelect();
          channel.basicPublish("orders.events", "order.created", null, BODY);
          channel.waitForConfirmsOrDie(10_000);
        });
    as(
        Credentials.CONSUMER,
        channel -> assertThat(channel.basicGet("email.orders", true).getBody()).isEqualTo(BODY));
  }

  @Test
  void a_consumers_user_cant_publish_to_the_exchange() {
    assertThatThrownBy(
            () ->
                as(
                    Credentials.CONSUMER,
                    channel -> {
                      channel.confirmSelect();
                      channel.basicPublish("orders.events", "order.created", null, BODY);
                      channel.waitForConfirmsOrDie(10_000);
                    }))
        .hasStackTraceContaining(REFUSED);
  }

  @Test
  void the_relays_user_cant_read_a_queue_nor_make_one() {
    assertThatThrownBy(
            () -> as(Credentials.RELAY, channel -> channel.basicGet("email.orders", true)))
        .hasStackTraceContaining(REFUSED);
    assertThatThrownBy(
            () ->
                as(
                    Credentials.RELAY,
                    channel -> channel.queueDeclare("mine", true, false, false, Map.of())))
        .hasStackTraceContaining(REFUSED);
  }

  @Test
  void the_relays_user_can_see_whether_its_required_queues_are_there() {
    assertThatCode(
            () -> as(Credentials.RELAY, channel -> channel.queueDeclarePassive("email.orders")))
        .doesNotThrowAnyException();
  }

  private interface Work {
    void on(Channel channel) throws Exception;
  }

  private void as(String user, Work work) throws Exception {
    try (var connection = connect(setup.uri(user));
        var channel = connection.createChannel()) {
      work.on(channel);
    }
  }

  private static Connection connect(String uri) throws Exception {
    var factory = new ConnectionFactory();
    factory.setUri(uri);
    factory.setAutomaticRecoveryEnabled(false);
    return factory.newConnection("rights");
  }
}
