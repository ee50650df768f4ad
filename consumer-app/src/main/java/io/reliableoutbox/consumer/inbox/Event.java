package io.reliableoutbox.consumer.inbox;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message whose envelope is complete; what its body says is the effect's business.
 *
 * @param version its place in the history of its aggregate, 1, 2, 3 ...; null where it has none and
 *     is applied as it comes
 * @param skipped a tombstone: fills its version's place and has no effect
 * @param occurredAt when the writer committed it, where the message tells
 */
public record Event(
    UUID messageId,
    String type,
    AggregateKey aggregate,
    @Nullable Long version,
    boolean skipped,
    @Nullable Instant occurredAt,
    Content content)
    implements Received {}
