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
import org.junit.jupiter.api.Test;

/** A channel that fails in the middle of a publish, which no real broker does on demand. */
class GenerationTest {
  private long nextSequence = 1;
  private boolean aborted;

  @Test
  void a_publish_that_throws_has_used_its_number_and_ends_the_generation() throws Exception {
    Generation generation =
        new Generation(connection(), "orders.events", new Envelope("ordering"), () -> {});
    assertThat(generation.nextSequence()).isEqualTo(1);
    assertThat(generation.publish(row())).isFalse();
    assertThat(generation.nextSequence()).isEqualTo(2);
    assertThat(aborted).as("nothing may follow half a message").isTrue();
    assertThat(generation.isOpen()).isFalse();
  }

  private Connection connection() {
    return fake(
        Connection.class,
        name -> {
          aborted |= name.equals("abort");
          return name.equals("createChannel") ? channel() : null;
        });
  }

  private Channel channel() {
    return fake(
        Channel.class,
        name ->
            switch (name) {
              case "getNextPublishSeqNo" -> nextSequence;
              case "isOpen" -> !aborted;
              case "basicPublish" -> {
                nextSequence++;
                throw new IOException("connection reset");
              }
              default -> null;
            });
  }

  private interface Answers {
    Object of(String method) throws IOException;
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
        UUID.randomUUID(),
        0,
        7,
        0,
        0,
        2,
        new OutboxMessage("thing", "a", null, "thing.changed", Map.of(), Instant.EPOCH, payload));
  }
}
