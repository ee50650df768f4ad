package io.reliableoutbox.relay.core;

import java.util.UUID;

/**
 * An unsettled row of the outbox, as far as decisions need it.
 *
 * @param position order of insertion
 * @param copy whether it is one more copy of a published event; copies have a queue of their own
 * @param tombstone whether a tombstone is sent in place of the event
 * @param id the message id; a copy has that of its original
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
    boolean copy,
    boolean tombstone,
    UUID id,
    int bucket,
    long aggregateKey,
    int attempts,
    long failingForNanos,
    int bytes,
    Object message) {}
