package io.reliableoutbox.lab.load;

/** What a client learns from one request. */
public sealed interface Answer {
  /**
   * The order is committed at this version.
   *
   * @param created whether this very request made it
   */
  record Acknowledged(String orderId, long version, boolean created) implements Answer {}

  /** Nothing was changed, and asking again won't help. */
  record Refused(int status, String body) implements Answer {}

  /** The service says that it has failed by itself: a bug. Whether it committed, nobody knows. */
  record Failed(int status, String body) implements Answer {}

  /** It may have been committed or not; only asking again tells. */
  record Unknown(String reason) implements Answer {}
}
