package io.reliableoutbox.relay.core;

/**
 * How much a relay holds at once.
 *
 * @param window messages that may be unconfirmed
 * @param laneRows rows of one aggregate that are loaded at once
 * @param loadedRows rows in memory, those of a load that is under way included
 * @param loadedBytes payload in memory, about: one load more than this at the most
 */
public record Limits(int window, int laneRows, int loadedRows, long loadedBytes) {
  /** Sensible limits for a window. */
  public static Limits forWindow(int window) {
    return new Limits(window, 16, 4 * window, 8L << 20);
  }
}
