package io.reliableoutbox.relay.core;

/**
 * A row that a search came across: a sign that its aggregate has something to send, and nothing
 * more. Whether it may be sent is decided when the aggregate's lane is loaded.
 *
 * @param page which of the pages that were asked for it was found in, from 0, or {@link #RETRY}
 */
public record Candidate(int page, int bucket, long position, long aggregateKey) {
  /** Found because its retry is due. */
  public static final int RETRY = -1;
}
