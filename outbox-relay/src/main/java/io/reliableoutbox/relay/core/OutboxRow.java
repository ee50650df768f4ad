package io.reliableoutbox.relay.core;

import java.util.UUID;

/**
 * An unsettled row of the outbox, as far as decisions need it.
 *
 * @param position order of insertion
 * @param id the message id
 * @param bucket the bucket of its aggregate
 * @param aggregateKey hash of aggregate type and id; rows with the same key are sent one after
 *     another
 * @param attempts times the broker has refused it so far
 * @param failingForNanos time since its first refusal, 0 if there was none
 * @param bytes size of its payload, for bounding what is held in memory
 * @param message what is sent; opaque here
 */
public record OutboxRow(
    long position,
    UUID id,
    int bucket,
    long aggregateKey,
    int attempts,
    long failingForNanos,
    int bytes,
    Object message) {}
