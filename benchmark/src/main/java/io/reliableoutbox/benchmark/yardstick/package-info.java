/** What the system is compared with: the least that could do the same. */
@NullMarked
package io.reliableoutbox.benchmark.yardstick;

import org.jspecify.annotations.NullMarked;
