package io.reliableoutbox.consumer.inbox;

import java.util.List;

/**
 * What a committed transaction of the inbox did.
 *
 * @param duplicates deliveries that were known already
 * @param malformed messages that were parked for their envelope
 * @param released held events that are due now
 */
record Receipt(
    List<? extends Decision<?>> decisions,
    int duplicates,
    List<Malformed> malformed,
    int released) {}
