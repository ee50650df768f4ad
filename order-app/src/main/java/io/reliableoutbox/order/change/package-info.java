/** The transactions: an order changes and its event is appended, both or neither. */
@NullMarked
package io.reliableoutbox.order.change;

import org.jspecify.annotations.NullMarked;
