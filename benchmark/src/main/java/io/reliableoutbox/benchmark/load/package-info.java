/** Loads that don't wait for answers, and the search for the highest that is borne. */
@NullMarked
package io.reliableoutbox.benchmark.load;

import org.jspecify.annotations.NullMarked;
