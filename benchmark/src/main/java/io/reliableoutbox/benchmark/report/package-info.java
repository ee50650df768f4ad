/** docs/performance.md, made from results. */
@NullMarked
package io.reliableoutbox.benchmark.report;

import org.jspecify.annotations.NullMarked;
