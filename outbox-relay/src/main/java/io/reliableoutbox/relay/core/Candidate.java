package io.reliableoutbox.relay.core;

/**
 * A row that a scan came across: a sign that its aggregate has something to send, and nothing more.
 * Whether it may be sent is decided when the aggregate's lane is loaded.
 */
public record Candidate(int bucket, long position, long aggregateKey) {}
