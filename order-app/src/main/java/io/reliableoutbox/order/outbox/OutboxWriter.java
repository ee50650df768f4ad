package io.reliableoutbox.order.outbox;

import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.databind.json.JsonMapper;

/**
 * Appends events to the outbox, in the transaction of the change that they tell of: both are
 * committed or neither. Refuses to work outside a transaction. Does not publish; the relay does, at
 * least once, some time after the commit.
 */
@Component
public class OutboxWriter {
  private final JdbcClient jdbc;
  private final JsonMapper json;
  private final TraceHeaders trace;
  private final WakeUpHint hint;

  public OutboxWriter(JdbcClient jdbc, JsonMapper json, TraceHeaders trace, WakeUpHint hint) {
    this.jdbc = jdbc;
    this.json = json;
    this.trace = trace;
    this.hint = hint;
  }

  /**
   * Appends one event. The caller holds the lock of the aggregate, so that positions and versions
   * grow in the same order. The trace context of the present request is added to its headers.
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void append(OutboxEvent event) {
    jdbc.sql(
            """
            insert into ordering.outbox
              (id, aggregate_type, aggregate_id, aggregate_version, event_type, payload, headers, occurred_at)
            values
              (:id, :aggregateType, :aggregateId, :aggregateVersion, :eventType,
               cast(:payload as json), cast(:headers as jsonb), :occurredAt)
            """)
        .param("id", event.id())
        .param("aggregateType", event.aggregateType())
        .param("aggregateId", event.aggregateId())
        .param("aggregateVersion", event.aggregateVersion())
        .param("eventType", event.eventType())
        .param("payload", event.payload())
        .param("headers", json.writeValueAsString(headers(event)))
        .param("occurredAt", event.occurredAt().atOffset(ZoneOffset.UTC))
        .update();
    TransactionSynchronizationManager.registerSynchronization(
        new HintAfterCommit(hint, event.aggregateType(), event.aggregateId()));
  }

  private Map<String, String> headers(OutboxEvent event) {
    Map<String, String> headers = new HashMap<>(trace.current());
    headers.putAll(event.headers());
    return headers;
  }

  // After the commit, never in it: NOTIFY takes a lock that all notifying commits share.
  private record HintAfterCommit(WakeUpHint hint, String aggregateType, String aggregateId)
      implements TransactionSynchronization {
    @Override
    public void afterCommit() {
      hint.give(aggregateType, aggregateId);
    }
  }
}
