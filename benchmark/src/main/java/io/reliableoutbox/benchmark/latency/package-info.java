/** Time from a commit to its delivery, at an open-loop rate. */
@NullMarked
package io.reliableoutbox.benchmark.latency;

import org.jspecify.annotations.NullMarked;
