package io.reliableoutbox.lab.check;

/**
 * A fault as it really happened; times in milliseconds from the start of the run.
 *
 * @param plannedMillis when it was planned; it begins later where its target was not well yet
 * @param toMillis when its target was up again
 * @param tookPlace false where there was nothing to break at that moment
 * @param what what happened, in a sentence
 */
public record FaultWindow(
    String fault,
    long plannedMillis,
    long fromMillis,
    long toMillis,
    boolean tookPlace,
    String what) {}
