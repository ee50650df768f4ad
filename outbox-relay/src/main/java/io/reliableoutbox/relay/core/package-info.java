/**
 * What the relay decides: which rows may be sent, what an answer of the broker means, what is
 * marked. No I/O, no threads, no clock: time and answers come in as arguments, so that tests can
 * drive it through any schedule. One thread at a time.
 */
@NullMarked
package io.reliableoutbox.relay.core;

import org.jspecify.annotations.NullMarked;
