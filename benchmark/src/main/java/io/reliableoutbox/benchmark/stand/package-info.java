/** What is measured on: servers and relays as real processes on free ports. */
@NullMarked
package io.reliableoutbox.benchmark.stand;

import org.jspecify.annotations.NullMarked;
