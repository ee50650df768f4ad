package io.reliableoutbox.relay.outbox;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an outbox row says, as read from the table; the message is made of it.
 *
 * @param headers the row's own headers: strings, numbers, booleans, nulls
 * @param payload the body, byte for byte as PostgreSQL gives it (UTF-8)
 */
public record OutboxMessage(
    String aggregateType,
    String aggregateId,
    @Nullable Long aggregateVersion,
    String eventType,
    Map<String, @Nullable Object> headers,
    Instant occurredAt,
    @SuppressWarnings("ArrayRecordComponent") byte[] payload) {}
