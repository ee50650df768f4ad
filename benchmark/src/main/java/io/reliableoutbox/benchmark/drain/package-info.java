/** Rates at which messages reach the broker. */
@NullMarked
package io.reliableoutbox.benchmark.drain;

import org.jspecify.annotations.NullMarked;
