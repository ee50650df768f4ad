/** What the consumers tell of each event to a tracing system. */
@NullMarked
package io.reliableoutbox.consumer.trace;

import org.jspecify.annotations.NullMarked;
