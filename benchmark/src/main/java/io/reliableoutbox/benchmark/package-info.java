/** The benchmarks and their command line. */
@NullMarked
package io.reliableoutbox.benchmark;

import org.jspecify.annotations.NullMarked;
