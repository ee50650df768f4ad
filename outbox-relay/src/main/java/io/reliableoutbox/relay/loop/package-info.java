/**
 * The threads around the core: the relay's loop, the keeper of its leases, the listener for wake-up
 * hints.
 */
@NullMarked
package io.reliableoutbox.relay.loop;

import org.jspecify.annotations.NullMarked;
