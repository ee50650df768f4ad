/** What figures are made of and how they are compared; no I/O but the report. */
@NullMarked
package io.reliableoutbox.benchmark.figures;

import org.jspecify.annotations.NullMarked;
