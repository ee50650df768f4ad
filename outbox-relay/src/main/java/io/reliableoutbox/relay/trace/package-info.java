/** What the relay tells of each event to a tracing system. */
@NullMarked
package io.reliableoutbox.relay.trace;

import org.jspecify.annotations.NullMarked;
