/** What an order costs over HTTP. */
@NullMarked
package io.reliableoutbox.benchmark.orders;

import org.jspecify.annotations.NullMarked;
