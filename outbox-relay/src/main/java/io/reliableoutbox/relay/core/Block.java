package io.reliableoutbox.relay.core;

/**
 * An aggregate whose first unsettled row is parked: what stands behind it is to be BLOCKED, so that
 * no search comes across it again.
 *
 * @param epoch the epoch of its bucket; the write is fenced by it
 */
public record Block(long aggregateKey, int bucket, long epoch) {}
