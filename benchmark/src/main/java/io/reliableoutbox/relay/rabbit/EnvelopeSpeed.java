package io.reliableoutbox.relay.rabbit;

import com.rabbitmq.client.AMQP;
import io.reliableoutbox.relay.core.OutboxRow;
import io.reliableoutbox.relay.outbox.OutboxMessage;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Making a row's properties and headers. */
@State(Scope.Thread)
public class EnvelopeSpeed {
  private static final int PAYLOAD = 500;

  private final Envelope envelope = new Envelope("ordering");
  private final OutboxMessage message =
      new OutboxMessage(
          "order",
          "019aaf5e-3c1b-7d2e-9f00-4b1c0d5e6f70",
          1L,
          "order.created",
          Map.of("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
          Instant.parse("2026-11-23T10:15:30.123456Z"),
          new byte[PAYLOAD]);
  private final OutboxRow row =
      new OutboxRow(1, false, false, new UUID(1, 2), 3, 4, 0, 0, PAYLOAD, message);

  @Benchmark
  public AMQP.BasicProperties properties() {
    return envelope.properties(row, message);
  }
}
