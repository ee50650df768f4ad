/** What the relay tells of itself at {@code /actuator/prometheus}. */
@NullMarked
package io.reliableoutbox.relay.metrics;

import org.jspecify.annotations.NullMarked;
