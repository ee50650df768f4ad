/** How fast consumers work off a queue. */
@NullMarked
package io.reliableoutbox.benchmark.consume;

import org.jspecify.annotations.NullMarked;
