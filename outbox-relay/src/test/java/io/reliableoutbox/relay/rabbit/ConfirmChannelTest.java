package io.reliableoutbox.relay.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.reliableoutbox.relay.core.OutboxRow;
import io.reliableoutbox.relay.outbox.OutboxMessage;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A channel that fails in the middle of a publish, which no real broker does on demand. */
class ConfirmChannelTest {
  private long nextSequence = 1;
  private boolean connectionAborted;
  private boolean channelAborted;
  private Exception failure = new IOException();

  @Test
  void a_publish_that_fails_has_used_its_number_and_ends_the_connection() throws Exception {
    failure = new IOException("connection reset");
    ConfirmChannel channel = channel();
    assertThat(channel.nextSequence()).isEqualTo(1);
    assertThat(channel.publish(row())).isFalse();
    assertThat(channel.nextSequence()).isEqualTo(2);
    assertThat(connectionAborted).as("nothing may follow half a message").isTrue();
    assertThat(channel.isClosedByMessage()).isFalse();
  }

  @Test
  void a_message_that_cannot_be_made_ends_its_channel_and_is_to_blame() throws Exception {
    failure = new IllegalArgumentException("Short string too long");
    ConfirmChannel channel = channel();
    assertThat(channel.publish(row())).isFalse();
    assertThat(channel.isOpen()).as("its numbers are no longer the broker's").isFalse();
    assertThat(connectionAborted).isFalse();
    assertThat(channel.isClosedByMessage()).isTrue();
    assertThat(channel.closeReason()).contains("Short string too long");
  }

  private ConfirmChannel channel() throws IOException {
    return new ConfirmChannel(connection(), "orders.events", new Envelope("ordering"), () -> {});
  }

  private Connection connection() {
    return fake(
        Connection.class,
        name -> {
          connectionAborted |= name.equals("abort");
          return name.equals("createChannel") ? fakeChannel() : null;
        });
  }

  private Channel fakeChannel() {
    return fake(
        Channel.class,
        name ->
            switch (name) {
              case "getNextPublishSeqNo" -> nextSequence;
              case "isOpen" -> !channelAborted;
              case "getConnection" -> connection();
              case "abort" -> {
                channelAborted = true;
                yield null;
              }
              case "basicPublish" -> {
                nextSequence++;
                throw failure;
              }
              default -> null;
            });
  }

  private interface Answers {
    @Nullable Object of(String method) throws Exception;
  }

  private static <T> T fake(Class<T> type, Answers answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, args) -> answers.of(method.getName())));
  }

  private static OutboxRow row() {
    byte[] payload = "{}".getBytes(StandardCharsets.UTF_8);
    return new OutboxRow(
        1,
        false,
        false,
        UUID.randomUUID(),
        0,
        7,
        0,
        0,
        2,
        new OutboxMessage("thing", "a", null, "thing.changed", Map.of(), Instant.EPOCH, payload));
  }
}
