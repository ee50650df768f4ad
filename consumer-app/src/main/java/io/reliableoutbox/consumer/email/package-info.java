/** One mail an order event: recorded with the inbox row, sent after its commit. */
@NullMarked
package io.reliableoutbox.consumer.email;

import org.jspecify.annotations.NullMarked;
