/** How long it takes until all is as before. */
@NullMarked
package io.reliableoutbox.benchmark.recovery;

import org.jspecify.annotations.NullMarked;
