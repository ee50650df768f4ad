/** The SQL of orders and idempotency keys. */
@NullMarked
package io.reliableoutbox.order.store;

import org.jspecify.annotations.NullMarked;
