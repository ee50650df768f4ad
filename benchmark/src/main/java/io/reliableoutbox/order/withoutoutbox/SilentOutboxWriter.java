package io.reliableoutbox.order.withoutoutbox;

import io.reliableoutbox.order.outbox.OutboxEvent;
import io.reliableoutbox.order.outbox.OutboxWriter;
import io.reliableoutbox.order.outbox.TraceHeaders;
import io.reliableoutbox.order.outbox.WakeUpHint;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Takes events and writes none. */
@Primary
@Component
public class SilentOutboxWriter extends OutboxWriter {
  SilentOutboxWriter(JdbcClient jdbc, JsonMapper json, TraceHeaders trace, WakeUpHint hint) {
    super(jdbc, json, trace, hint);
  }

  @Override
  public void append(OutboxEvent event) {}
}
