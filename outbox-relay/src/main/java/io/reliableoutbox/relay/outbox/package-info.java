/**
 * The outbox tables of one schema: finding and loading rows, writing marks under a fence, leases,
 * retention.
 */
@NullMarked
package io.reliableoutbox.relay.outbox;

import org.jspecify.annotations.NullMarked;
