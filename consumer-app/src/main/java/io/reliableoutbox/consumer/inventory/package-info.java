/** Reserves stock for orders and gives it back. */
@NullMarked
package io.reliableoutbox.consumer.inventory;

import org.jspecify.annotations.NullMarked;
