package io.reliableoutbox.relay.core;

/**
 * A row that a scan came across: a sign that its aggregate has something to send, and nothing more.
 * Whether it may be sent is decided when the aggregate's lane is loaded.
 *
 * @param page which of the pages that were asked for it was found in, from 0
 */
public record Candidate(int page, int bucket, long position, long aggregateKey) {}
